#include "unit/storage/sqlite/disk_faults.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace relearn {
namespace {

DiskFaults faults;

int sync(long call, int fd) {
  ++faults.syncs;
  if (faults.fails) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(::syscall(call, fd));
}

ssize_t write_at(int fd, const void* bytes, std::size_t size, off_t place) {
  if (faults.full) {
    errno = ENOSPC;
    return -1;
  }
  return ::syscall(SYS_pwrite64, fd, bytes, size, place);
}

}  // namespace

DiskFaults& disk_faults() { return faults; }

}  // namespace relearn

extern "C" int fsync(int fd) { return relearn::sync(SYS_fsync, fd); }
extern "C" int fdatasync(int fd) { return relearn::sync(SYS_fdatasync, fd); }
extern "C" ssize_t pwrite(int fd, const void* bytes, std::size_t size, off_t place) {
  return relearn::write_at(fd, bytes, size, place);
}
extern "C" ssize_t pwrite64(int fd, const void* bytes, std::size_t size, off_t place) {
  return relearn::write_at(fd, bytes, size, place);
}
