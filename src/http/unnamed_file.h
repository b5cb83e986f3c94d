// Bytes on the disk without a name in any folder: gone with its last descriptor, also when the
// process is killed.
#pragma once

#include <fcntl.h>
#include <fmt/format.h>

#include <filesystem>

#include "base/descriptor.h"

namespace relearn {

class UnnamedFile {
 public:
  explicit UnnamedFile(const std::filesystem::path& folder)
      : held_(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)) {}
  int descriptor() const { return held_.get(); }  // -1: none could be made
  std::filesystem::path path() const { return fmt::format("/proc/self/fd/{}", held_.get()); }

 private:
  Descriptor held_;
};

}  // namespace relearn
