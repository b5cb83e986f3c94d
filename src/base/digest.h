// SHA-256, in lower-case hexadecimal.
#pragma once

#include <string>
#include <string_view>

namespace relearn {

std::string sha256(std::string_view bytes);

/// The same, piece by piece, for what does not fit in memory.
class Sha256 {
 public:
  Sha256();
  void update(std::string_view bytes);
  std::string finish();

 private:
  alignas(8) unsigned char state_[128];  // crypto_hash_sha256_state
};

}  // namespace relearn
