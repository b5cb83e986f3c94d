#include "lifecycle/retrain/trainer.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "lifecycle/training/messages.h"

namespace relearn {
namespace {

constexpr std::string_view kName = "the trainer";
constexpr std::size_t kWordsShown = 200;

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
    done_ = std::holds_alternative<DoneMessage>(message);
    return {};
  }

  Result<TrainerReport> outcome(const ChildEnd& end, const CancelToken& cancel) const;

 private:
  ProgressSink& progress_;
  std::optional<SandboxMessage> sandbox_;
  std::optional<Error> error_;
  bool done_ = false;
};

/// The last line of what it wrote on standard error, fit for a terminal.
std::string last_words(const ChildEnd& end) {
  std::string text(trim(end.last_words));
  text.erase(0, text.rfind('\n') + 1);
  if (text.size() > kWordsShown) text.resize(kWordsShown);
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return text;
}

Error died(const ChildEnd& end) {
  const bool defect = end.how == ChildEnd::How::Crashed || end.how == ChildEnd::How::Garbage;
  std::string sentence = end.sentence;
  const std::string words = last_words(end);
  if (!words.empty() && (defect || end.how == ChildEnd::How::Failed)) sentence += ": " + words;
  return {defect ? ErrorKind::BrokenInvariant : ErrorKind::Unavailable,
          sentence + "; nothing was published"};
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
  return TrainerReport{sandbox_->landlock};
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
