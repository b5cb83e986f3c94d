// A kept model made again of what it was made of, to see that it is what it says.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "base/result.h"
#include "lifecycle/training/derivation.h"
#include "records/attempt.h"
#include "service/child/child_process.h"

namespace relearn {

struct RederiveRequest {
  Derivation derivation;
  FindFile find;                  // its files; of a cohort file: named cohort.csv
  std::filesystem::path scratch;  // a folder for the trainer's; nothing is left in it
  unsigned threads = 0;           // 0: one per core
};

/// The bytes of the model file, made again by a trainer. NotFound or Conflict when a file is gone
/// or another one.
Result<std::string> rederive(const RederiveRequest& request, const ChildProgram& trainer,
                             const CancelToken& cancel, ProgressSink& progress);

/// Where the files of an attempt may be.
struct KeptFiles {
  std::filesystem::path store;                  // bundles/ and snapshots/ are in it
  std::span<const Attempt> attempts;            // of the disease: whose models they may be
  std::vector<std::filesystem::path> baseline;  // candidates, told apart by their names
  std::string code_version;                     // of this program
  unsigned threads = 0;                         // to make it again with; 0: one per core
};

/// Makes the model of an attempt again and compares its bytes with those that are kept. NotReady:
/// another version of the program made it, or it is of a time without derivations. NotFound,
/// Conflict: a file is gone or another one. BrokenInvariant: other bytes came; names both digests.
Result<void> rederive_attempt(const NewAttempt& attempt, const KeptFiles& kept,
                              const ChildProgram& trainer, const CancelToken& cancel,
                              ProgressSink& progress);

}  // namespace relearn
