// The trainer as its parent sees it: a program with limits that may die in any way.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "base/result.h"
#include "service/child/child_process.h"

namespace relearn {

/// Four times the longest retrain we have measured (ten million rows on two cores).
inline constexpr std::chrono::hours kTrainerWallMax{2};
/// All of four cores for that long. A larger machine does not make a runaway search any better.
inline constexpr std::chrono::hours kTrainerCpuMax{8};
/// A trainer that computes gives a sign every five seconds, however busy the machine is.
inline constexpr std::chrono::seconds kTrainerSilenceMax{120};
/// A model has at most 16 MiB, a report 64 MiB, rows set aside 256 MiB.
inline constexpr std::uint64_t kTrainerFileBytesMax = std::uint64_t{1} << 30;
/// The rest is for the server that started it, and for the file cache.
inline constexpr double kTrainerMemoryShare = 0.75;

/// `program` with these limits; retrain adds the command.
ChildProgram trainer_program(const std::filesystem::path& program);

/// What kept it in.
struct TrainerReport {
  int landlock = 0;  // version; 0: the kernel has none, only seccomp kept it in
  std::vector<std::string> families = {};  // seen whole by a search that was stopped
};

/// Runs `trainer` on a job's folder until its candidate is written. An error of training comes
/// back as it would without a process between (same kind, same sentence); a trainer that died,
/// hung or talked nonsense is one sentence, too.
Result<TrainerReport> run_trainer(ChildProgram trainer, const std::filesystem::path& folder,
                                  const CancelToken& cancel, ProgressSink& progress);

}  // namespace relearn
