#include "lifecycle/retrain/retrain_runner.h"

#include <fmt/format.h>

#include <algorithm>

namespace relearn {
namespace {

/// An exact retrain after a withdrawal is known by the live version itself.
RetrainTrigger trigger_of(JobTrigger trigger) {
  const bool by_itself = trigger == JobTrigger::Schedule || trigger == JobTrigger::Outcomes;
  return by_itself ? RetrainTrigger::Schedule : RetrainTrigger::Button;
}

}  // namespace

void ProgressRecord::report(const ProgressEvent& event) {
  const std::lock_guard lock(mutex_);
  if (progress_.steps.empty() || progress_.steps.back().name != event.step) {
    progress_.steps.push_back({event.step, clock_()});
  }
  progress_.detail = event.detail;
  progress_.done = event.done;
  progress_.total = event.total;
}

RunProgress ProgressRecord::read() const {
  const std::lock_guard lock(mutex_);
  return progress_;
}

Result<std::unique_ptr<RetrainRunner>> RetrainRunner::start(RunnerWorld world) {
  TRY(world.jobs->take_back_runs(world.clock()));
  return std::make_unique<RetrainRunner>(std::move(world));
}

RetrainRunner::RetrainRunner(RunnerWorld world)
    : world_(std::move(world)), worker_([this] { work(); }) {}

RetrainRunner::~RetrainRunner() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    if (current_) current_->cancel.request();
  }
  wake_.notify_all();
  worker_.join();
}

/// What cannot be read or added now is looked at again the next time.
void RetrainRunner::add_what_is_due() const {
  const Moment now = world_.clock();
  for (const DiseaseFile& disease : world_.diseases) {
    const auto policy = world_.policies->policy(disease.id);
    const auto situation = world_.policies->situation(disease.id);
    if (!policy.ok() || !situation.ok()) continue;
    const auto due = due_retrain(policy.value(), situation.value(), now);
    if (!due) continue;
    (void)world_.jobs->add_job(
        {.trigger = due->trigger, .reason = due->reason, .diseases = {disease.id}}, now);
  }
}

void RetrainRunner::tick() {
  if (ticks_++ % kTicksAPolicyLook == 0) add_what_is_due();
  std::shared_ptr<Current> current;
  {
    const std::lock_guard lock(mutex_);
    look_ = true;
    current = current_;
  }
  wake_.notify_all();
  if (!current) return;
  const auto wish = world_.jobs->tell_progress(current->ticket, current->progress.read());
  // A run that has just ended, or that the store cannot be told about now: the next tick, or the
  // attempt's own transaction, finds out.
  if (wish.ok() && wish.value() == RunWish::Cancel) current->cancel.request();
  if (wish.ok() && wish.value() == RunWish::KeepBest) current->keep_best.request();
}

void RetrainRunner::work() {
  while (const std::shared_ptr<Current> current = next()) end(*current, retrain(*current));
}

/// Waits for a run; nothing when the process ends.
std::shared_ptr<RetrainRunner::Current> RetrainRunner::next() {
  std::unique_lock lock(mutex_);
  current_.reset();
  look_ = true;
  while (true) {
    wake_.wait(lock, [this] { return ending_ || look_; });
    if (ending_) return nullptr;
    look_ = false;
    lock.unlock();
    const auto taken = world_.jobs->take_run(world_.clock());
    lock.lock();
    if (!taken.ok() || !taken.value()) continue;
    current_ = std::make_shared<Current>(*taken.value(), world_.clock);
    if (ending_) current_->cancel.request();
    return current_;
  }
}

Result<void> RetrainRunner::retrain(Current& current) const {
  const RunTicket& ticket = current.ticket;
  const auto job = TRY(world_.jobs->find_job(ticket.job));
  if (!job) return broken_invariant(fmt::format("job {} is not there any more", ticket.job));
  const auto disease = std::ranges::find(world_.diseases, ticket.disease, &DiseaseFile::id);
  if (disease == world_.diseases.end()) {
    return not_found(fmt::format("{} is not described here any more", ticket.disease));
  }
  StoreRetrainRequest request = TRY(world_.request(*disease));
  request.reason = job->what.reason;
  request.by = job->what.by;
  request.run = ticket;
  request.trigger = trigger_of(job->what.trigger);
  request.keep_best = &current.keep_best;
  TRY(retrain_from_store(request, world_.open, world_.program, world_.clock, current.cancel,
                         current.progress));
  return {};
}

/// The attempt's transaction has ended a run that came so far.
void RetrainRunner::end(const Current& current, const Result<void>& result) {
  RunState state = RunState::Done;
  std::string error;
  if (!result.ok()) {
    const bool ending = [this] {
      const std::lock_guard lock(mutex_);
      return ending_;
    }();
    const ErrorKind kind = result.error().kind;
    const bool again = kind == ErrorKind::NotReady && current.ticket.fence < kTakesMax;
    error = result.error().message;
    state = kind == ErrorKind::Cancelled ? RunState::Cancelled : RunState::Failed;
    // Somebody whom it learnt from has withdrawn meanwhile: once more, without them.
    if (again || (ending && kind == ErrorKind::Cancelled)) state = RunState::Queued;
    const auto told = world_.jobs->end_run(current.ticket, state,
                                           state == RunState::Failed ? error : "", world_.clock());
    if (!told.ok()) error = told.error().message;
  }
  world_.ended(current.ticket, state, error);
}

}  // namespace relearn
