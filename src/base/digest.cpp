#include "base/digest.h"

#include <sodium.h>

#include <new>

namespace relearn {
namespace {
static_assert(sizeof(crypto_hash_sha256_state) <= 128);
crypto_hash_sha256_state* as_state(unsigned char* bytes) {
  return std::launder(reinterpret_cast<crypto_hash_sha256_state*>(bytes));
}
}  // namespace

Sha256::Sha256() { crypto_hash_sha256_init(as_state(state_)); }

void Sha256::update(std::string_view bytes) {
  crypto_hash_sha256_update(as_state(state_), reinterpret_cast<const unsigned char*>(bytes.data()),
                            bytes.size());
}

std::string Sha256::finish() {
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_final(as_state(state_), digest);
  char hex[crypto_hash_sha256_BYTES * 2 + 1];
  sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
  return hex;
}

std::string sha256(std::string_view bytes) {
  Sha256 digest;
  digest.update(bytes);
  return digest.finish();
}

}  // namespace relearn
