#include "lifecycle/retrain/trainer.h"

#include <fmt/format.h>
#include <unistd.h>

#include <optional>

#include "lifecycle/training/messages.h"
#include "service/child/child_error.h"

namespace relearn {
namespace {

constexpr std::string_view kName = "the trainer";

/// What has been heard so far, and what may come next.
class Conversation {
 public:
  explicit Conversation(ProgressSink& progress) : progress_(progress) {}

  Result<void> hear(std::string_view line) {
    TrainerMessage message = TRY(parse_message(line));
    if (done_ || error_) return invalid_input("it went on after its last word");
    if (auto* sandbox = std::get_if<SandboxMessage>(&message)) {
      sandbox_ = *sandbox;
      return {};
    }
    if (auto* error = std::get_if<Error>(&message)) {
      error_ = std::move(*error);
      return {};
    }
    if (!sandbox_) return invalid_input("it works outside its sandbox");
    if (const auto* event = std::get_if<ProgressEvent>(&message)) progress_.report(*event);
    if (auto* done = std::get_if<DoneMessage>(&message)) {
      done_ = true;
      families_ = std::move(done->families);
    }
    return {};
  }

  Result<TrainerReport> outcome(const ChildEnd& end, const CancelToken& cancel) const;

 private:
  ProgressSink& progress_;
  std::optional<SandboxMessage> sandbox_;
  std::optional<Error> error_;
  bool done_ = false;
  std::vector<std::string> families_;
};

Error died(const ChildEnd& end) {
  Error error = child_error(end);
  error.message += "; nothing was published";
  return error;
}

Result<TrainerReport> Conversation::outcome(const ChildEnd& end, const CancelToken& cancel) const {
  using How = ChildEnd::How;
  if (end.how == How::Cancelled) return cancelled();
  const bool by_itself = end.how == How::Finished || end.how == How::Failed;
  if (by_itself && error_) {
    if (error_->kind != ErrorKind::Cancelled || cancel.requested()) return *error_;
    return unavailable(
        fmt::format("{} was asked to stop by another program; nothing was published", kName));
  }
  if (end.how != How::Finished) return died(end);
  if (!done_) {
    return broken_invariant(
        fmt::format("{} ended without saying that it was done; nothing was published", kName));
  }
  return TrainerReport{sandbox_->landlock, families_};
}

}  // namespace

ChildProgram trainer_program(const std::filesystem::path& program) {
  ChildProgram trainer;
  trainer.program = program;
  const auto memory =
      static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  trainer.memory_bytes_max = static_cast<std::uint64_t>(kTrainerMemoryShare * memory);
  trainer.file_bytes_max = kTrainerFileBytesMax;
  trainer.cpu_max = kTrainerCpuMax;
  trainer.wall_max = kTrainerWallMax;
  trainer.silence_max = kTrainerSilenceMax;
  return trainer;
}

Result<TrainerReport> run_trainer(ChildProgram trainer, const std::filesystem::path& folder,
                                  const CancelToken& cancel, ProgressSink& progress) {
  trainer.arguments.insert(trainer.arguments.end(), {"train-job", folder.string()});
  trainer.folder = folder;
  Conversation conversation(progress);
  const ChildEnd end = TRY(run_child(
      trainer, kName, [&](std::string_view line) { return conversation.hear(line); }, cancel));
  return conversation.outcome(end, cancel);
}

}  // namespace relearn
