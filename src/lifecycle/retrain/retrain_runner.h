// Works on the retrains that somebody asked for (records/job.h), one run after the other, beside
// everything else that its process does. What it does and how far it is stands in the job's row and
// nowhere else; what people ask of a run that goes on, it reads there.
//
//   worker   take a run -> retrain_from_store -> the attempt's transaction ends the run
//   tick     each second: tell progress, hear wishes, wake the worker; each minute: add what is due
//            by itself (records/retrain_policy.h)
//
// When the process ends, whatever runs goes back to the queue; when it is killed, whoever opens the
// store next finds the run and puts it back (JobStore::take_back_runs).
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/progress.h"
#include "clinical/disease_file.h"
#include "lifecycle/retrain/retrain_from_store.h"
#include "records/job_store.h"
#include "records/policy_store.h"

namespace relearn {

/// Ticks between two looks at the policies.
inline constexpr int kTicksAPolicyLook = 60;

/// How far a run is, from what it reports. Thread-safe.
class ProgressRecord final : public ProgressSink {
 public:
  explicit ProgressRecord(WallClock clock) : clock_(std::move(clock)) {}
  void report(const ProgressEvent& event) override;
  RunProgress read() const;

 private:
  const WallClock clock_;
  mutable std::mutex mutex_;
  RunProgress progress_;
};

struct RunnerWorld {
  std::shared_ptr<JobStore> jobs;
  std::shared_ptr<PolicyStore> policies;
  std::vector<DiseaseFile> diseases;
  /// Of a job's disease: what its retrain is made of. Its reason and actor are the job's.
  std::function<Result<StoreRetrainRequest>(const DiseaseFile&)> request;
  OpenRetrainStores open;
  std::filesystem::path program;
  WallClock clock;
  /// What became of a run; never a person's name or value.
  std::function<void(const RunTicket&, RunState, const std::string& error)> ended;
};

class RetrainRunner {
 public:
  /// Runs that nobody holds any more are put back first.
  static Result<std::unique_ptr<RetrainRunner>> start(RunnerWorld world);
  /// What runs goes back to the queue.
  ~RetrainRunner();
  RetrainRunner(const RetrainRunner&) = delete;
  RetrainRunner& operator=(const RetrainRunner&) = delete;

  /// For one thread at a time.
  void tick();

 private:
  /// The run that the worker works on.
  struct Current {
    Current(RunTicket run, const WallClock& clock) : ticket(std::move(run)), progress(clock) {}
    const RunTicket ticket;
    CancelToken cancel, keep_best;
    ProgressRecord progress;
  };

  void work();
  std::shared_ptr<Current> next();
  Result<void> retrain(Current& current) const;
  void end(const Current& current, const Result<void>& result);
  void add_what_is_due() const;

  const RunnerWorld world_;
  int ticks_ = 0;     // of the thread that ticks
  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  bool ending_ = false, look_ = true;
  std::shared_ptr<Current> current_;
  std::thread worker_;

 public:
  explicit RetrainRunner(RunnerWorld world);  // for start() only
};

}  // namespace relearn
