// The trainer's main: what `relearn train-job FOLDER` does in its own process.
#pragma once

#include <cstdio>
#include <filesystem>

#include "base/result.h"
#include "lifecycle/training/training.h"

namespace relearn {

/// Reads the job, shuts itself into the sandbox, trains, writes the candidate bundle; tells of it
/// on `out` as messages.h says. The error returned was told already.
/// Ends the process with kExitOutOfMemory when there is no memory left.
Result<void> run_train_job(const std::filesystem::path& folder, std::FILE* out,
                           const TrainingWishes& wishes);

}  // namespace relearn
