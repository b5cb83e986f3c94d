#include "base/signature.h"

#include <sodium.h>

#include <array>

namespace relearn {
namespace {

/// Whether the text is base64 of exactly so many bytes, written in the one way there is.
template <std::size_t kSize>
bool decode(std::string_view text, std::array<unsigned char, kSize>& bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;
  std::size_t length = 0;
  return text.size() + 1 == sodium_base64_encoded_len(kSize, kVariant) &&
         ::sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &length,
                             nullptr, kVariant) == 0 &&
         length == kSize;
}

}  // namespace

bool is_signed_by(std::string_view public_key, std::string_view text, std::string_view signature) {
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> key{};
  std::array<unsigned char, crypto_sign_BYTES> signed_bytes{};
  return decode(public_key, key) && decode(signature, signed_bytes) &&
         ::crypto_sign_verify_detached(signed_bytes.data(),
                                       reinterpret_cast<const unsigned char*>(text.data()),
                                       text.size(), key.data()) == 0;
}

}  // namespace relearn
