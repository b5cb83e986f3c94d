// The key file, as text:
//
//   relearn-keys 1
//   # what it is, for whoever finds it
//   index 64 hexadecimal digits       finds a name again; never changes
//   seal 1 64 hexadecimal digits      encrypts; the highest number is used, the others still open
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>

#include "base/result.h"

namespace relearn {

using SecretKey = std::array<unsigned char, 32>;

/// Wiped when it ends; therefore never copied.
struct KeyFile {
  KeyFile() = default;
  ~KeyFile();
  KeyFile(const KeyFile&) = delete;
  KeyFile& operator=(const KeyFile&) = delete;

  SecretKey index{};
  std::map<std::uint32_t, SecretKey> seal;  // by number, from 1
};

/// NotFound; NotAllowed when others than the owner may read it; InvalidInput for anything but keys.
Result<std::unique_ptr<KeyFile>> read_key_file(const std::filesystem::path& file);

/// New random keys, mode 0600, never over an existing file (Conflict).
Result<void> make_key_file(const std::filesystem::path& file);

}  // namespace relearn
