#include "service/secrets/key_ring.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "service/secrets/key_file.h"

namespace relearn {
namespace {

// Of a sealed text before base64: number of the key (4 bytes, lowest first), nonce, ciphertext,
// tag.
constexpr std::size_t kNumberBytes = 4;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr int kBase64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
constexpr int kOrdinaryBase64 = sodium_base64_VARIANT_ORIGINAL;  // what others' tools read

using Bytes = std::vector<unsigned char>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// Parts with their lengths before them: no two lists give the same text.
std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) {
    text += fmt::format("{}:", part.size());
    text += part;
  }
  return text;
}

std::string authenticated(std::uint32_t number, const SecretPlace& place) {
  return joined({"relearn seal", fmt::format("{}", number), place.table, place.column, place.row});
}

std::string to_base64(std::span<const unsigned char> bytes, int variant = kBase64) {
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  ::sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
  text.pop_back();  // the NUL
  return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
  Bytes bytes(text.size());
  std::size_t length = 0;
  if (::sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &length,
                          nullptr, kBase64) != 0) {
    return std::nullopt;
  }
  bytes.resize(length);
  return bytes;
}

std::string keyed_hash(const SecretKey& key, std::string_view text) {
  Bytes hash(crypto_generichash_BYTES);
  ::crypto_generichash(hash.data(), hash.size(), bytes_of(text), text.size(), key.data(),
                       key.size());
  return to_base64(hash);
}

Error does_not_open(const SecretPlace& place, std::string_view why) {
  return broken_invariant(
      fmt::format("{}.{} of {} does not open: {}", place.table, place.column, place.row, why));
}

}  // namespace

struct KeyRing::Keys {
  std::unique_ptr<KeyFile> file;
};

namespace {

/// Both halves of the key that signs, wiped when it ends.
struct SigningKey {
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> open{};
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret{};

  /// From the index key, which is never replaced, by a derivation that nothing else uses.
  explicit SigningKey(const SecretKey& index) {
    static_assert(sizeof(SecretKey) == crypto_kdf_KEYBYTES);
    constexpr const char* kUse = "rlledger";  // crypto_kdf_CONTEXTBYTES of them
    std::array<unsigned char, crypto_sign_SEEDBYTES> seed{};
    ::crypto_kdf_derive_from_key(seed.data(), seed.size(), 1, kUse, index.data());
    ::crypto_sign_seed_keypair(open.data(), secret.data(), seed.data());
    ::sodium_memzero(seed.data(), seed.size());
  }
  ~SigningKey() { ::sodium_memzero(secret.data(), secret.size()); }
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;
};

}  // namespace

KeyRing::KeyRing(std::unique_ptr<Keys> keys) : keys_(std::move(keys)) {}
KeyRing::KeyRing(KeyRing&&) noexcept = default;
KeyRing& KeyRing::operator=(KeyRing&&) noexcept = default;
KeyRing::~KeyRing() = default;

Result<KeyRing> KeyRing::load(const std::filesystem::path& file) {
  if (::sodium_init() < 0) return unavailable("libsodium does not start on this machine");
  auto keys = std::make_unique<Keys>();
  keys->file = TRY(read_key_file(file));
  return KeyRing(std::move(keys));
}

Result<KeyRing> KeyRing::create(const std::filesystem::path& file) {
  if (::sodium_init() < 0) return unavailable("libsodium does not start on this machine");
  TRY(make_key_file(file));
  return load(file);
}

std::string KeyRing::seal(std::string_view plain, const SecretPlace& place) const {
  if (plain.empty()) return "";
  const auto& [number, key] = *keys_->file->seal.rbegin();
  const std::string context = authenticated(number, place);
  Bytes sealed(kNumberBytes + kNonceBytes + plain.size() + kTagBytes);
  for (std::size_t i = 0; i < kNumberBytes; ++i) {
    sealed[i] = static_cast<unsigned char>(number >> (8 * i));
  }
  unsigned char* const nonce = sealed.data() + kNumberBytes;
  ::randombytes_buf(nonce, kNonceBytes);  // 192 random bits: never the same twice
  ::crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonceBytes, nullptr, bytes_of(plain),
                                               plain.size(), bytes_of(context), context.size(),
                                               nullptr, nonce, key.data());
  return to_base64(sealed);
}

Result<std::string> KeyRing::open(std::string_view sealed, const SecretPlace& place) const {
  if (sealed.empty()) return std::string();
  const auto bytes = from_base64(sealed);
  if (!bytes || bytes->size() <= kNumberBytes + kNonceBytes + kTagBytes) {
    return does_not_open(place, "it is not a sealed text; was the database edited?");
  }
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < kNumberBytes; ++i) {
    number |= static_cast<std::uint32_t>((*bytes)[i]) << (8 * i);
  }
  const auto key = keys_->file->seal.find(number);
  if (key == keys_->file->seal.end()) {
    return does_not_open(
        place, fmt::format("it was sealed with key {}, which the key file lacks", number));
  }
  const std::string context = authenticated(number, place);
  const unsigned char* const nonce = bytes->data() + kNumberBytes;
  std::string plain(bytes->size() - kNumberBytes - kNonceBytes - kTagBytes, '\0');
  if (::crypto_aead_xchacha20poly1305_ietf_decrypt(
          reinterpret_cast<unsigned char*>(plain.data()), nullptr, nullptr, nonce + kNonceBytes,
          plain.size() + kTagBytes, bytes_of(context), context.size(), nonce,
          key->second.data()) != 0) {
    return does_not_open(place, "it was changed, moved, or sealed with other keys");
  }
  return plain;
}

std::string KeyRing::index(std::string_view domain, std::string_view text) const {
  return keyed_hash(keys_->file->index, joined({"relearn index", domain, text}));
}

std::string KeyRing::fingerprint() const {
  const SecretKey& first = keys_->file->seal.begin()->second;
  return keyed_hash(keys_->file->index,
                    joined({"relearn fingerprint", keyed_hash(first, "relearn fingerprint")}));
}

std::string KeyRing::sign(std::string_view text) const {
  const SigningKey key(keys_->file->index);
  std::array<unsigned char, crypto_sign_BYTES> signature{};
  ::crypto_sign_detached(signature.data(), nullptr, bytes_of(text), text.size(), key.secret.data());
  return to_base64(signature, kOrdinaryBase64);
}

std::string KeyRing::public_key() const {
  return to_base64(SigningKey(keys_->file->index).open, kOrdinaryBase64);
}

}  // namespace relearn
