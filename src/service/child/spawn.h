// The moment of birth: fork, give up everything, exec.
#pragma once

#include <sys/types.h>

#include <string_view>

#include "base/descriptor.h"
#include "base/result.h"
#include "service/child/child_process.h"

namespace relearn {

/// A running child: leader of its own process group, and our ends of its streams (non-blocking).
struct SpawnedChild {
  pid_t pid = -1;
  Descriptor output, errors;
  Descriptor ended;  // readable when it has ended; none on an old kernel
};

/// Unavailable, and no child, when the program cannot be run.
Result<SpawnedChild> spawn(const ChildProgram& program, std::string_view name);

}  // namespace relearn
