#include "records/retrain_policy.h"

#include <gtest/gtest.h>

namespace relearn {
namespace {

constexpr std::int64_t kDay = 24 * 3600;
constexpr Moment kNow{1'780'000'000};

Moment days_ago(std::int64_t days) { return {kNow.seconds - days * kDay}; }

std::string due(const RetrainPolicy& policy, const RetrainSituation& situation) {
  const auto found = due_retrain(policy, situation, kNow);
  return found ? std::string(job_trigger_word(found->trigger)) : "no";
}

TEST(RetrainPolicy, EachReasonHasItsLimit) {
  RetrainSituation situation;
  situation.last_attempt = days_ago(30);
  situation.confirmed_since = 49;
  EXPECT_EQ(due({}, situation), "no");
  EXPECT_EQ(due({.every_days = 30}, situation), "schedule");
  EXPECT_EQ(due({.every_days = 31}, situation), "no");
  EXPECT_EQ(due({.new_outcomes = 50}, situation), "no");
  EXPECT_EQ(due({.new_outcomes = 49}, situation), "outcomes");
  // News is a better reason than the calendar.
  EXPECT_EQ(due({.every_days = 30, .new_outcomes = 49}, situation), "outcomes");
}

TEST(RetrainPolicy, AWithdrawalNeedsNoPolicy) {
  RetrainSituation situation;
  situation.last_attempt = days_ago(0);
  situation.live_contains_withdrawn = true;
  EXPECT_EQ(due({}, situation), "withdrawal");
}

TEST(RetrainPolicy, NothingBeginsBesideARetrainNorSoonAfterOneThatBeganByItself) {
  const RetrainPolicy policy{.every_days = 1, .new_outcomes = 1};
  RetrainSituation situation;
  situation.last_attempt = days_ago(2);
  situation.confirmed_since = 5;
  situation.is_active = true;
  EXPECT_EQ(due(policy, situation), "no");
  situation.is_active = false;
  situation.last_automatic = Moment{kNow.seconds - kDay + 1};
  EXPECT_EQ(due(policy, situation), "no");
  situation.last_automatic = days_ago(1);
  EXPECT_EQ(due(policy, situation), "outcomes");
}

TEST(RetrainPolicy, TheCalendarBeginsWithTheFirstAttempt) {
  EXPECT_EQ(due({.every_days = 1}, {}), "no");
}

TEST(RetrainPolicy, NumbersBeyondTheLimitsAreRefused) {
  EXPECT_TRUE(check_policy({}).ok());
  EXPECT_TRUE(check_policy({.every_days = kPolicyDaysMax, .new_outcomes = 1}).ok());
  EXPECT_EQ(check_policy({.every_days = 0}).error().kind, ErrorKind::InvalidInput);
  EXPECT_EQ(check_policy({.every_days = kPolicyDaysMax + 1}).error().message,
            "every_days: 367 is not within 1 to 366; leave it out for never");
  EXPECT_EQ(check_policy({.new_outcomes = -1}).error().kind, ErrorKind::InvalidInput);
}

}  // namespace
}  // namespace relearn
