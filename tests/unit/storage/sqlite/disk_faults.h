// The disk of this test program: counts how often it is waited for, and fails when told to. Works
// because the program's own fsync, fdatasync and pwrite come before those of the C library.
#pragma once

#include <atomic>

namespace relearn {

struct DiskFaults {
  std::atomic<long> syncs = 0;
  std::atomic<bool> fails = false;  // each wait for the disk
  std::atomic<bool> full = false;   // each write at a place
};

DiskFaults& disk_faults();

}  // namespace relearn
