// The trainer shuts itself in: from here on this process can compute, read the files it was given
// and write into one folder. No network, no other program, no other process, no new privileges.
//
//   seccomp    the kernel answers EPERM to every call that is not on our list (system_calls.h):
//              needs Linux 3.17, so we insist on it
//   Landlock   the kernel lets it open the named files for reading and one folder for writing, and
//              nothing else: needs Linux 5.13 and is used as far as the kernel has it
//
// There is no way back; threads and files that are open already keep working.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace relearn {

struct SandboxPlan {
  std::vector<std::filesystem::path> readable;  // files
  std::filesystem::path writable;               // a folder; empty: it writes nothing
};

struct Sandbox {
  int landlock = 0;  // version of the kernel's interface; 0: it has none
};

/// Call it while the program has one thread: Landlock binds only the calling thread and those it
/// starts later. Unavailable when the kernel has no seccomp: then nothing should be trained.
/// NotFound for a path that does not exist.
Result<Sandbox> enter_sandbox(const SandboxPlan& plan);

}  // namespace relearn
