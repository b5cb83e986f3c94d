// What becomes of retrains that were asked for, in every store.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "contracts/record_store_backends.h"
#include "support/scratch_folder.h"

namespace relearn {
namespace {

constexpr Moment kStart{1'700'000'000};
constexpr Actor kAdmin{UserId{2}, Role::Admin};
constexpr Actor kOther{UserId{3}, Role::Admin};
using Receipt = JobReceipt::Result;

class Jobs : public testing::TestWithParam<NamedBackend> {
 protected:
  Jobs() : random_(1) { open(); }
  void open() {
    store_ = {};
    store_ = GetParam().backend(scratch_.path(), [this](std::span<unsigned char> bytes) {
      for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(random_.next());
    });
  }
  JobStore& jobs() { return *store_.jobs; }
  Moment now() { return {kStart.seconds + ++seconds_}; }

  static NewJob job_of(std::vector<std::string> diseases, const std::string& key = "") {
    return {
        .reason = "weekly", .by = kAdmin, .diseases = std::move(diseases), .idempotency_key = key};
  }
  std::int64_t add(const NewJob& job) { return jobs().add_job(job, now()).value().job; }
  RunTicket take() { return jobs().take_run(now()).value().value(); }
  /// "done heart, queued diabetes"
  std::string runs(std::int64_t id) {
    std::string text;
    const Job job = jobs().find_job(id).take_value().value();
    for (const JobRun& run : job.runs) {
      text +=
          fmt::format("{}{} {}", text.empty() ? "" : ", ", run_state_word(run.state), run.disease);
    }
    return text;
  }
  static NewAttempt attempt_of(const RunTicket& run, RunOfAttempt::Then then,
                               const std::string& verdict = "keep") {
    NewAttempt attempt;
    attempt.disease = run.disease;
    attempt.bundle = "bundle";
    attempt.verdict = verdict;
    attempt.run = {then, run};
    return attempt;
  }
  ErrorKind error_of(const NewAttempt& attempt) {
    return store_.versions->add_attempt(attempt, now()).error().kind;
  }

  const ScratchFolder scratch_;
  Random random_;
  OpenedStore store_;
  int seconds_ = 0;
};

TEST_P(Jobs, RunsAreTakenOneAfterTheOtherAndEndWithTheirAttempts) {
  EXPECT_FALSE(jobs().take_run(now()).value());
  const std::int64_t id = add(job_of({"heart", "diabetes"}));
  const RunTicket heart = take();
  EXPECT_EQ(heart, (RunTicket{id, "heart", 1}));
  EXPECT_EQ(runs(id), "running heart, queued diabetes");
  // The first version, from the baseline: the confirmed records come next.
  const auto first = attempt_of(heart, RunOfAttempt::Then::GoesOn, "publish");
  ASSERT_TRUE(store_.versions->add_attempt(first, now()).ok());
  EXPECT_EQ(runs(id), "running heart, queued diabetes");
  NewAttempt second = attempt_of(heart, RunOfAttempt::Then::Ends);
  second.champion = 1;
  ASSERT_TRUE(store_.versions->add_attempt(second, now()).ok());
  EXPECT_EQ(runs(id), "done heart, queued diabetes");
  EXPECT_EQ(take().disease, "diabetes");
  const Job job = jobs().find_job(id).value().value();
  ASSERT_EQ(job.runs[0].attempts.size(), 2u);
  EXPECT_EQ(job.runs[0].attempts[0].version, 1);
  EXPECT_EQ(job.runs[0].attempts[1].verdict, "keep");
  EXPECT_EQ(state_of(job), RunState::Running);
}

TEST_P(Jobs, OneRetrainOfADiseaseAtATimeAndTheSameKeyIsTheSameJob) {
  const std::int64_t id = add(job_of({"heart"}, "key"));
  const auto busy = jobs().add_job(job_of({"diabetes", "heart"}), now()).value();
  EXPECT_EQ(busy.result, Receipt::Busy);
  EXPECT_EQ(busy.job, id);
  const auto again = jobs().add_job(job_of({"heart"}, "key"), now()).value();
  EXPECT_EQ(again.result, Receipt::AlreadyThere);
  EXPECT_EQ(again.job, id);
  EXPECT_EQ(jobs().add_job(job_of({"diabetes"}, "key"), now()).error().kind,
            ErrorKind::InvalidInput);
  // Somebody else's key is another one.
  NewJob other = job_of({"diabetes"}, "key");
  other.by = kOther;
  EXPECT_EQ(jobs().add_job(other, now()).value().result, Receipt::Added);
  EXPECT_EQ(jobs().add_job(job_of({}), now()).error().kind, ErrorKind::InvalidInput);
  EXPECT_EQ(jobs().jobs(10).value().size(), 2u);
}

TEST_P(Jobs, WhatARunTellsAndIsToldStandsInItsRow) {
  const std::int64_t id = add(job_of({"heart"}));
  EXPECT_EQ(jobs().wish(id, RunWish::KeepBest, now()).error().kind, ErrorKind::Conflict);
  const RunTicket run = take();
  const std::int64_t before = jobs().find_job(id).value()->revision;
  const RunProgress progress{{{"read", now()}, {"search", now()}}, "forest", 3, 60};
  EXPECT_EQ(jobs().tell_progress(run, progress).value(), RunWish::None);
  EXPECT_EQ(jobs().find_job(id).value()->runs[0].progress, progress);
  EXPECT_GT(jobs().find_job(id).value()->revision, before);
  ASSERT_TRUE(jobs().wish(id, RunWish::KeepBest, now()).ok());
  EXPECT_EQ(jobs().tell_progress(run, progress).value(), RunWish::KeepBest);
  ASSERT_TRUE(jobs().end_run(run, RunState::Failed, "the disk is full", now()).ok());
  const Job job = jobs().find_job(id).value().value();
  EXPECT_EQ(state_of(job), RunState::Failed);
  EXPECT_EQ(job.runs[0].error, "the disk is full");
  EXPECT_EQ(job.runs[0].progress, progress);
  // It is over.
  EXPECT_EQ(jobs().tell_progress(run, progress).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(jobs().wish(id, RunWish::Cancel, now()).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(jobs().wish(99, RunWish::Cancel, now()).error().kind, ErrorKind::NotFound);
  EXPECT_FALSE(jobs().find_job(99).value());
}

TEST_P(Jobs, WhatIsToBeCancelledPublishesNothing) {
  const std::int64_t id = add(job_of({"heart", "diabetes"}));
  const RunTicket run = take();
  ASSERT_TRUE(jobs().wish(id, RunWish::Cancel, now()).ok());
  EXPECT_EQ(runs(id), "running heart, cancelled diabetes");
  EXPECT_EQ(error_of(attempt_of(run, RunOfAttempt::Then::Ends, "publish")), ErrorKind::Cancelled);
  EXPECT_FALSE(store_.versions->live_version("heart").value());
  ASSERT_TRUE(jobs().end_run(run, RunState::Cancelled, "", now()).ok());
  EXPECT_EQ(state_of(jobs().find_job(id).value().value()), RunState::Cancelled);
}

TEST_P(Jobs, ARunWhoseProcessEndedIsTakenUpAgainAndTheOldHolderCanDoNothing) {
  const std::int64_t id = add(job_of({"heart"}));
  RunTicket run = take();
  for (int take_no = 2; take_no <= kTakesMax; ++take_no) {
    open();
    EXPECT_EQ(jobs().take_back_runs(now()).value(), 1u);
    EXPECT_EQ(runs(id), "queued heart");
    const RunTicket old = run;
    run = take();
    EXPECT_EQ(run.fence, take_no);
    EXPECT_EQ(error_of(attempt_of(old, RunOfAttempt::Then::Ends, "publish")), ErrorKind::Conflict);
    EXPECT_EQ(jobs().tell_progress(old, {}).error().kind, ErrorKind::Conflict);
    EXPECT_EQ(jobs().end_run(old, RunState::Done, "", now()).error().kind, ErrorKind::Conflict);
  }
  // Whatever it is, it ends its process each time.
  EXPECT_EQ(jobs().take_back_runs(now()).value(), 1u);
  EXPECT_EQ(runs(id), "failed heart");
  EXPECT_FALSE(jobs().take_run(now()).value());
  EXPECT_EQ(jobs().take_back_runs(now()).value(), 0u);
  EXPECT_FALSE(store_.versions->live_version("heart").value());
}

INSTANTIATE_TEST_SUITE_P(EveryStore, Jobs, testing::ValuesIn(every_backend()),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace relearn
