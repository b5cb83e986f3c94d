#include "learning/ladder/champion_update.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "learning/models/risk_scorer.h"
#include "support/changed_world.h"

namespace relearn {
namespace {

using testing::HasSubstr;

std::vector<double> changes(const RiskModel& before, const RiskModel& after, const Cohort& people) {
  std::vector<double> moved = log_odds_of(after, people);
  const std::vector<double> was = log_odds_of(before, people);
  for (std::size_t i = 0; i < moved.size(); ++i) moved[i] -= was[i];
  return moved;
}

TEST(ChampionUpdate, AnInterceptMovesEverybodyAlikeUntilTheMeanRiskIsRight) {
  const RiskModel champion = model_of({});
  const Cohort people = people_of(changed_world("intercept +0.7"), 2000, 1);
  const auto update = update_intercept(champion, people);
  ASSERT_TRUE(update.ok()) << update.error().message;
  EXPECT_NEAR(update.value().intercept, 0.7, 0.15);
  for (const double moved : changes(champion, update.value().model, people)) {
    EXPECT_NEAR(moved, update.value().intercept, 1e-12);
  }
  double expected = 0, observed = 0;
  for (const double z : log_odds_of(update.value().model, people)) expected += logistic(z);
  for (const std::uint8_t outcome : people.outcomes) observed += outcome;
  EXPECT_NEAR(expected, observed, 1e-6 * observed);
}

TEST(ChampionUpdate, ASlopeFindsHowMuchTooSureTheLiveModelIs) {
  const RiskModel champion = model_of({});
  const auto update = update_slope(champion, people_of(changed_world("slope x0.6"), 4000, 2));
  ASSERT_TRUE(update.ok()) << update.error().message;
  EXPECT_NEAR(update.value().slope, 0.6, 0.12);
  EXPECT_EQ(update.value().parameters, 2u);
}

TEST(ChampionUpdate, ReversedOutcomesAreACodingErrorAndNoSlope) {
  Cohort people = people_of({}, 400, 3);
  for (std::uint8_t& outcome : people.outcomes) outcome = 1 - outcome;
  const auto update = update_slope(model_of({}), people);
  ASSERT_FALSE(update.ok());
  EXPECT_THAT(update.error().message, HasSubstr("the wrong way round"));
}

TEST(ChampionUpdate, ARefitWithAPriorIsTheLiveModelPlusALine) {
  const World now = changed_world("3 coefficients");
  const RiskModel champion = model_of({});
  const Cohort people = people_of(now, 20000, 4);
  const auto update = refit_with_prior(champion, people, 1);
  ASSERT_TRUE(update.ok()) << update.error().message;
  const RiskModel& model = update.value().model;
  ASSERT_EQ(model.members.size(), 2u);
  EXPECT_EQ(model.members.back().family, kCorrectionFamily);
  EXPECT_DOUBLE_EQ(model.members[0].weight + model.members[1].weight, 1);
  // With so many people the penalty of 1 is nothing: the truth is found, to four standard errors.
  std::vector<float> x(8, 0.0f);
  const double centre = model.log_odds(x);
  for (std::size_t j = 0; j < x.size(); ++j) {
    x[j] = 1;
    EXPECT_NEAR(model.log_odds(x) - centre, now.coefficients[j], 0.08) << j;
    x[j] = 0;
  }
}

TEST(ChampionUpdate, ASecondRefitAddsToTheFirstInsteadOfAddingMembers) {
  const RiskModel champion = model_of({});
  const Cohort first = people_of(changed_world("slope x0.6"), 300, 5);
  const Cohort second = people_of(changed_world("3 coefficients"), 300, 6);
  const RiskModel once = refit_with_prior(champion, first, 10).take_value().model;
  const RiskModel twice = refit_with_prior(once, second, 10).take_value().model;
  EXPECT_EQ(twice.members.size(), 2u);
  EXPECT_EQ(twice.members[0], once.members[0]);
  // What the second adds is what its own linear fit says: a line in x.
  const std::vector<double> moved = changes(once, twice, second);
  std::vector<float> x = second.row(0);
  for (float& value : x) value += 1;
  std::vector<float> middle = second.row(0);
  for (float& value : middle) value += 0.5f;
  const double ends = (twice.log_odds(x) - once.log_odds(x) + moved[0]) / 2;
  EXPECT_NEAR(twice.log_odds(middle) - once.log_odds(middle), ends, 1e-6);
}

TEST(ChampionUpdate, AHugePenaltyLeavesTheRankingAsItIs) {
  const RiskModel champion = model_of({});
  const Cohort people = people_of(changed_world("3 coefficients"), 300, 7);
  const auto update = refit_with_prior(champion, people, 1e12).take_value();
  const auto moved = changes(champion, update.model, people);
  const auto [low, high] = std::ranges::minmax(moved);
  EXPECT_NEAR(low, high, 1e-6);
  EXPECT_NEAR(update.intercept, update_intercept(champion, people).value().intercept, 1e-6);
}

TEST(ChampionUpdate, LearnsNothingFromPeopleOfOneClass) {
  Cohort people = people_of({}, 50, 8);
  std::ranges::fill(people.outcomes, 1);
  EXPECT_EQ(update_intercept(model_of({}), people).error().kind, ErrorKind::NotReady);
  EXPECT_EQ(update_slope(model_of({}), people).error().kind, ErrorKind::NotReady);
  EXPECT_EQ(refit_with_prior(model_of({}), people, 1).error().kind, ErrorKind::NotReady);
}

TEST(ChampionUpdate, AModelThatTellsEverybodyTheSameCannotBeCorrected) {
  RiskModel champion = model_of({});
  champion.calibration.slope = 0;
  const auto update = refit_with_prior(champion, people_of({}, 100, 9), 1);
  ASSERT_FALSE(update.ok());
  EXPECT_EQ(update.error().kind, ErrorKind::NotReady);
}

}  // namespace
}  // namespace relearn
