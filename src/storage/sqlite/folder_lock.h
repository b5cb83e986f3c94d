// One process writes into a store at a time. The lock is the kernel's: it ends with the process,
// however that ends.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "base/result.h"

namespace relearn {

class FolderLock {
 public:
  /// Waits at most `wait_max`; then Conflict that names the process.
  static Result<FolderLock> take(const std::filesystem::path& folder,
                                 std::chrono::milliseconds wait_max);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();

 private:
  explicit FolderLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace relearn
