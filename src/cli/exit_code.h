// What the shell sees. Listed in `relearn --help` and docs/start.md.
#pragma once

#include "base/result.h"

namespace relearn {

enum ExitCode : int {
  kDone = 0,
  kDefect = 1,        // a defect of this program
  kInvalidInput = 2,  // wrong arguments, a file or value that was refused
  kNotFound = 3,      // a named file, disease or model does not exist
  kNotReady = 4,      // too few cases, or the data may not be learnt from yet
  kUnavailable = 5,   // disk or network failed
  kConflict = 6,      // somebody else got there first, or not allowed
  // 70: the disk failed while records were made durable; the process ends where it stands
  // (storage).
  kCancelled = 130,  // Ctrl-C
};

inline int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::InvalidInput:
      return kInvalidInput;
    case ErrorKind::NotFound:
      return kNotFound;
    case ErrorKind::Conflict:
    case ErrorKind::NotAllowed:
      return kConflict;
    case ErrorKind::NotReady:
      return kNotReady;
    case ErrorKind::Cancelled:
      return kCancelled;
    case ErrorKind::Unavailable:
      return kUnavailable;
    case ErrorKind::BrokenInvariant:
      return kDefect;
  }
  return kDefect;
}

}  // namespace relearn
