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

}  // namespace

DiskFaults& disk_faults() { return faults; }

}  // namespace relearn

extern "C" int fsync(int fd) { return relearn::sync(SYS_fsync, fd); }
extern "C" int fdatasync(int fd) { return relearn::sync(SYS_fdatasync, fd); }
