#include "records/job.h"

#include <algorithm>
#include <array>
#include <utility>

namespace relearn {
namespace {

template <typename Enum, std::size_t count>
using Words = std::array<std::pair<Enum, std::string_view>, count>;

constexpr Words<RunState, 5> kStates = {{{RunState::Queued, "queued"},
                                         {RunState::Running, "running"},
                                         {RunState::Done, "done"},
                                         {RunState::Failed, "failed"},
                                         {RunState::Cancelled, "cancelled"}}};
constexpr Words<JobTrigger, 4> kTriggers = {{{JobTrigger::Request, "request"},
                                             {JobTrigger::Withdrawal, "withdrawal"},
                                             {JobTrigger::Schedule, "schedule"},
                                             {JobTrigger::Outcomes, "outcomes"}}};
constexpr Words<RunWish, 3> kWishes = {
    {{RunWish::None, "none"}, {RunWish::Cancel, "cancel"}, {RunWish::KeepBest, "keep_best"}}};

template <typename Enum, std::size_t count>
std::string_view word_in(const Words<Enum, count>& words, Enum wanted) {
  for (const auto& [value, word] : words) {
    if (value == wanted) return word;
  }
  return "";
}

template <typename Enum, std::size_t count>
std::optional<Enum> parse_in(const Words<Enum, count>& words, std::string_view wanted) {
  for (const auto& [value, word] : words) {
    if (word == wanted) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view run_state_word(RunState state) { return word_in(kStates, state); }
std::optional<RunState> parse_run_state(std::string_view word) { return parse_in(kStates, word); }
std::string_view job_trigger_word(JobTrigger trigger) { return word_in(kTriggers, trigger); }
std::optional<JobTrigger> parse_job_trigger(std::string_view word) {
  return parse_in(kTriggers, word);
}
std::string_view run_wish_word(RunWish wish) { return word_in(kWishes, wish); }
std::optional<RunWish> parse_run_wish(std::string_view word) { return parse_in(kWishes, word); }

RunState state_of(const Job& job) {
  const auto some = [&job](RunState state) {
    return std::ranges::any_of(job.runs, [state](const JobRun& run) { return run.state == state; });
  };
  const bool all_wait = std::ranges::all_of(
      job.runs, [](const JobRun& run) { return run.state == RunState::Queued; });
  if (all_wait) return RunState::Queued;
  if (some(RunState::Running) || some(RunState::Queued)) return RunState::Running;
  if (some(RunState::Failed)) return RunState::Failed;
  return some(RunState::Cancelled) ? RunState::Cancelled : RunState::Done;
}

std::optional<std::int64_t> seconds_left(const JobRun& run, Moment now) {
  const RunProgress& progress = run.progress;
  if (run.state != RunState::Running || progress.steps.empty()) return std::nullopt;
  if (progress.done == 0 || progress.total < progress.done) return std::nullopt;
  const std::int64_t took = now.seconds - progress.steps.back().started_at.seconds;
  const auto done = static_cast<std::int64_t>(progress.done);
  const auto left = static_cast<std::int64_t>(progress.total - progress.done);
  return std::max<std::int64_t>(0, took) * left / done;
}

}  // namespace relearn
