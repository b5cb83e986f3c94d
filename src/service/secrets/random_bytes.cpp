#include "service/secrets/random_bytes.h"

#include <sodium.h>

namespace relearn {

RandomBytes system_random() {
  return [](std::span<unsigned char> bytes) { ::randombytes_buf(bytes.data(), bytes.size()); };
}

}  // namespace relearn
