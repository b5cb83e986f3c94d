#include "lifecycle/watch/confirmation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace relearn {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kToday = 20'600;  // in days

DiseaseFile disease_mature_after(int days) {
  DiseaseFile disease;
  disease.id = "heart";
  disease.outcome.maturity_days = days;
  disease.thresholds.decision = 0.5;
  return disease;
}

ConfirmedOutcome confirmed(std::int64_t made_day, std::int64_t after_days, double risk) {
  ConfirmedOutcome one;
  one.made_at = {made_day * kSecondsPerDay};
  one.confirmed_at = {(made_day + after_days) * kSecondsPerDay};
  one.risk = risk;
  return one;
}

Confirmation measure(const std::vector<PredictionDay>& days,
                     const std::vector<ConfirmedOutcome>& outcomes) {
  return measure_confirmation(disease_mature_after(30), days, outcomes,
                              {kToday * kSecondsPerDay + 100});
}

// Ten predictions of 40 days ago, of which two are confirmed after 5 days and one after 20; ten of
// 10 days ago, of which two after 5 days. At 5 days: 4 of 20. At 20 days only the older ones are
// that old: 1 of 8 still unconfirmed. By hand: 1 - 0.8 * 7 / 8 = 0.3.
TEST(confirmation, the_young_do_not_count_against_it) {
  const Confirmation measured =
      measure({{kToday - 40, 4, 6}, {kToday - 10, 5, 5}},
              {confirmed(kToday - 40, 5, 0.9), confirmed(kToday - 40, 5, 0.1),
               confirmed(kToday - 40, 20, 0.9), confirmed(kToday - 10, 5, 0.9),
               confirmed(kToday - 10, 5, 0.2)});
  ASSERT_EQ(measured.curve.size(), 2u);
  EXPECT_EQ(measured.curve[0].days, 5);
  EXPECT_NEAR(measured.curve[0].share, 0.2, 1e-12);
  EXPECT_EQ(measured.curve[1].days, 20);
  EXPECT_NEAR(measured.curve[1].share, 0.3, 1e-12);
  EXPECT_LT(measured.curve[1].low, 0.3);
  EXPECT_GT(measured.curve[1].high, 0.3);
  EXPECT_EQ(measured.high.predictions, 4u);
  EXPECT_EQ(measured.high.confirmed, 2u);
  EXPECT_EQ(measured.not_high.predictions, 6u);
  EXPECT_EQ(measured.not_high.confirmed, 1u);
  EXPECT_FALSE(measured.differs);
}

TEST(confirmation, tells_when_mostly_those_at_high_risk_are_examined) {
  std::vector<ConfirmedOutcome> outcomes;
  for (int i = 0; i < 60; ++i) outcomes.push_back(confirmed(kToday - 50, 3, 0.8));
  for (int i = 0; i < 20; ++i) outcomes.push_back(confirmed(kToday - 50, 3, 0.1));
  const Confirmation measured = measure({{kToday - 50, 100, 100}}, outcomes);
  EXPECT_TRUE(measured.differs);
  const auto alarms = confirmation_alarms(disease_mature_after(30), 2, measured);
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_EQ(alarms[0].tier, AlarmTier::Info);
  EXPECT_THAT(alarms[0].sentence, HasSubstr("60 % of 100 predictions with a high risk"));
}

TEST(confirmation, is_silent_when_both_are_examined_alike_or_few_are_known) {
  std::vector<ConfirmedOutcome> outcomes;
  for (int i = 0; i < 60; ++i)
    outcomes.push_back(confirmed(kToday - 50, 3, i % 2 == 0 ? 0.8 : 0.1));
  EXPECT_FALSE(measure({{kToday - 50, 100, 100}}, outcomes).differs);
  EXPECT_FALSE(measure({{kToday - 50, 29, 29}}, outcomes).differs);
  EXPECT_TRUE(measure({}, {}).curve.empty());
}

}  // namespace
}  // namespace relearn
