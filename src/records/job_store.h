// Port to the retrains that were asked for. Each call is one durable transaction, as in
// record_store.h. Implementations: storage/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "records/job.h"

namespace relearn {

/// What became of a job that somebody wants.
struct JobReceipt {
  enum class Result {
    Added,
    AlreadyThere,  // the same key by the same actor, and the same job
    Busy,          // one of its diseases has an active run: of job `job`
  } result = Result::Added;
  std::int64_t job = 0;
};

class JobStore {
 public:
  virtual ~JobStore() = default;
  /// InvalidInput: the key was used for another job, or no disease is named.
  virtual Result<JobReceipt> add_job(const NewJob& job, Moment now) = 0;
  virtual Result<std::optional<Job>> find_job(std::int64_t id) = 0;
  virtual Result<std::vector<Job>> jobs(std::size_t count_max) = 0;  // latest first
  /// For a run that goes on or waits; a waiting one is cancelled at once. NotFound: no such job;
  /// Conflict: it has ended, or (KeepBest) no run of it goes on.
  virtual Result<void> wish(std::int64_t job, RunWish wish, Moment now) = 0;

  /// The next one that waits becomes running, in the hands of the caller.
  virtual Result<std::optional<RunTicket>> take_run(Moment now) = 0;
  // Of the holder. Conflict: the run is in other hands, or has ended.
  virtual Result<RunWish> tell_progress(const RunTicket& run, const RunProgress& progress) = 0;
  /// Done, Failed (with a sentence) or Cancelled; Queued: to be taken up again.
  virtual Result<void> end_run(const RunTicket& run, RunState state, const std::string& error,
                               Moment now) = 0;
  /// For whoever has just become the only process that works here: runs in the hands of one that
  /// has ended are queued again, or failed after kTakesMax. How many there were.
  virtual Result<std::size_t> take_back_runs(Moment now) = 0;
};

}  // namespace relearn
