// The mechanical gate as whoever publishes sees it: `relearn replay-job` as a child with limits, in
// the sandbox, with two files to read and nothing to write.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>

#include "base/cancel.h"
#include "base/result.h"
#include "lifecycle/replay/replay.h"
#include "service/child/child_process.h"

namespace relearn {

/// What the two files are called in their folder.
inline constexpr const char* kReplayedModel = "model.sav";
inline constexpr const char* kReplayedGolden = "golden.json";

/// A replay takes a second of processor time; the wall clock is for a machine that is busy.
inline constexpr std::chrono::seconds kReplayCpuMax{120};
inline constexpr std::chrono::minutes kReplayWallMax{10};
inline constexpr std::uint64_t kReplayMemoryMax = std::uint64_t{2} << 30;

/// `program` with these limits; replay_in_fresh_process adds the command.
ChildProgram replay_program(const std::filesystem::path& program);

/// Replays the model in `folder` (kReplayedModel, kReplayedGolden) in a fresh process. The files
/// must be the same before and after. BrokenInvariant when the model is refused; a child that died,
/// hung or talked nonsense is one sentence, too. Writes nothing.
Result<ReplayCertificate> replay_in_fresh_process(ChildProgram program,
                                                  const std::filesystem::path& folder,
                                                  const std::string& model_digest,
                                                  const CancelToken& cancel);

/// The child's main: `relearn replay-job FOLDER SHA256`. Says on `out`, one JSON line each, that it
/// is in its sandbox and what it found. The error returned was told already.
Result<void> run_replay_job(const std::filesystem::path& folder, const std::string& model_digest,
                            std::FILE* out);

}  // namespace relearn
