// A retrain that was asked for: one run per disease, one after the other. Its rows are the only
// truth about it; whoever works on a run tells what becomes of it there, and whoever wants to know
// reads it there.
//
//   run: queued ──> running ──> done        an attempt was entered, whatever its verdict
//           │         │ ^ └───> failed      with one sentence
//           │         │ └─ taken up again after the process that ran it ended; kTakesMax times
//           └─────────┴──────> cancelled
//
// A run's fence grows each time it is taken up. What an earlier holder does later is refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "records/attempt.h"

namespace relearn {

/// A run that ended its process this often is to blame for it.
inline constexpr int kTakesMax = 3;

enum class RunState { Queued, Running, Done, Failed, Cancelled };
enum class JobTrigger {
  Request,     // somebody asked
  Withdrawal,  // the live model had learnt from somebody who has withdrawn
  Schedule,    // enough time has passed
  Outcomes,    // enough outcomes were confirmed
};
/// What somebody asks of a run that goes on.
enum class RunWish { None, Cancel, KeepBest };

std::string_view run_state_word(RunState state);  // "queued"
std::optional<RunState> parse_run_state(std::string_view word);
std::string_view job_trigger_word(JobTrigger trigger);  // "request"
std::optional<JobTrigger> parse_job_trigger(std::string_view word);
std::string_view run_wish_word(RunWish wish);  // "none", "cancel", "keep_best"
std::optional<RunWish> parse_run_wish(std::string_view word);

struct NewJob {
  JobTrigger trigger = JobTrigger::Request;
  std::string reason;
  Actor by;  // of another trigger than a request: nobody known
  std::vector<std::string> diseases;
  std::string idempotency_key;  // the same key by the same actor is the same job; empty: none
};

/// A step of a run, and when it began; it ended when the next one did.
struct RunStep {
  std::string name;  // of ProgressEvent
  Moment started_at;

  bool operator==(const RunStep&) const = default;
};

struct RunProgress {
  std::vector<RunStep> steps;  // the last one is going on
  std::string detail;
  std::size_t done = 0, total = 0;  // pieces of the last step; total 0: unknown

  bool operator==(const RunProgress&) const = default;
};

/// What a run led to: what its attempt's own row says.
struct RunAttempt {
  std::int64_t number = 0, version = 0;  // version 0: it became none
  std::string verdict;
  AttemptState state = AttemptState::Kept;
};

struct JobRun {
  std::string disease;
  RunState state = RunState::Queued;
  RunWish wish = RunWish::None;
  int takes = 0;
  std::optional<Moment> started_at, ended_at;  // started: taken up last
  RunProgress progress;
  std::string error;  // when it failed: one sentence
  std::vector<RunAttempt> attempts;
};

struct Job {
  std::int64_t id = 0;
  NewJob what;
  Moment requested_at;
  std::int64_t revision = 1;  // grows with each change
  std::vector<JobRun> runs;   // in the order in which they are worked on
};

/// Of all its runs: running while one runs or waits after another, and at the end the worst of
/// them.
RunState state_of(const Job& job);

/// Nothing while it cannot be told.
std::optional<std::int64_t> seconds_left(const JobRun& run, Moment now);

}  // namespace relearn
