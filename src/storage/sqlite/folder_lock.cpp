#include "storage/sqlite/folder_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include "base/text.h"

namespace relearn {
namespace {

constexpr std::chrono::milliseconds kPause{20};

/// Who holds it, as far as the file tells.
std::string holder(int fd) {
  char text[32] = {};
  const ssize_t got = ::pread(fd, text, sizeof(text) - 1, 0);
  const std::string_view number =
      trim(std::string_view(text, got > 0 ? static_cast<std::size_t>(got) : 0));
  return number.empty() ? "another process" : fmt::format("process {}", number);
}

/// A restore may have put another store in this place while we waited for the lock of the old one.
bool is_still(int fd, const std::filesystem::path& file) {
  struct stat held {
  }, named{};
  return ::fstat(fd, &held) == 0 && ::stat(file.c_str(), &named) == 0 &&
         held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

}  // namespace

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder,
                                    std::chrono::milliseconds wait_max) {
  const std::filesystem::path file = folder / "writer.lock";
  // Not inherited by a child program, which would keep it locked.
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return unavailable(fmt::format("{}: cannot be made: {}", file.string(),
                                   std::system_category().message(errno)));
  }
  FolderLock lock(fd);
  const auto end = std::chrono::steady_clock::now() + wait_max;
  while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return unavailable(fmt::format("{}: cannot be locked: {}", file.string(),
                                     std::system_category().message(errno)));
    }
    if (std::chrono::steady_clock::now() >= end) {
      return conflict(fmt::format("{}: {} is writing there; wait until it has finished",
                                  folder.string(), holder(fd)));
    }
    std::this_thread::sleep_for(kPause);
  }
  if (!is_still(fd, file)) {
    return conflict(
        fmt::format("{}: was replaced by a restore just now; start again", folder.string()));
  }
  const std::string number = fmt::format("{}\n", ::getpid());
  if (::ftruncate(fd, 0) != 0 ||
      ::pwrite(fd, number.data(), number.size(), 0) != static_cast<ssize_t>(number.size())) {
    return unavailable(fmt::format("{}: cannot be written; is the disk full?", file.string()));
  }
  return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FolderLock::~FolderLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace relearn
