#include "learning/ladder/ladder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "support/changed_world.h"

namespace relearn {
namespace {

using testing::HasSubstr;

constexpr std::array kUpdates = {Rung::Keep, Rung::Intercept, Rung::Slope, Rung::RefitWithPrior};

LadderInput question(const RiskModel& champion, const Cohort& people) {
  return {.champion = champion, .people = people, .learnt_before = 500, .allowed = kUpdates};
}

TEST(Ladder, TriesNothingForWhichThereAreTooFewNewPeople) {
  const RiskModel champion = model_of({});
  const Cohort people = people_of(changed_world("intercept +0.7"), 40, 1);
  const auto climbed = climb(question(champion, people));
  ASSERT_TRUE(climbed.ok()) << climbed.error().message;
  const LadderResult& result = climbed.value();
  EXPECT_THAT(result.rungs[2].not_tried_because, HasSubstr("it takes 50 of each"));
  EXPECT_THAT(result.rungs[3].not_tried_because, HasSubstr("a refit takes 50"));
  EXPECT_THAT(result.rungs[4].not_tried_because, HasSubstr("the plan does not allow it"));
  EXPECT_THAT(result.closed_missing, HasSubstr("needs 90"));
}

TEST(Ladder, ChoosesTheRungThatMatchesALargeChange) {
  const RiskModel champion = model_of({});
  const auto chosen = [&](const char* change) {
    const Cohort people = people_of(changed_world(change), 1000, 2);
    return climb(question(champion, people)).value().chosen;
  };
  EXPECT_EQ(chosen("intercept +0.7"), Rung::Intercept);
  EXPECT_EQ(chosen("slope x0.6"), Rung::Slope);
  EXPECT_EQ(chosen("3 coefficients"), Rung::RefitWithPrior);
}

TEST(Ladder, EvidenceOfTheChoiceIsNotThatOfTheLuckiestRung) {
  // Nothing changed, so every rung but keeping costs; over many samples the procedure's loss may
  // not look better than the live model's by being chosen.
  const RiskModel champion = model_of({});
  double optimism = 0;
  constexpr int kRuns = 30;
  for (int run = 0; run < kRuns; ++run) {
    const Cohort people = people_of({}, 120, 100 + static_cast<std::uint64_t>(run));
    const LadderResult result = climb(question(champion, people)).take_value();
    double procedure = 0, keep = 0;
    for (std::size_t i = 0; i < people.rows(); ++i) {
      procedure -= std::log(people.outcomes[i] ? result.procedure[i] : 1 - result.procedure[i]);
      keep -=
          std::log(people.outcomes[i] ? result.rungs[0].risks[i] : 1 - result.rungs[0].risks[i]);
    }
    optimism += (keep - procedure) / static_cast<double>(people.rows()) / kRuns;
  }
  EXPECT_LT(optimism, 0.003);
}

TEST(Ladder, AfterAnErasureKeepingIsNoChoice) {
  const RiskModel champion = model_of({});
  const Cohort people = people_of({}, 300, 3);
  const std::vector<double> same(people.rows(), 0.4);
  LadderInput input = question(champion, people);
  constexpr std::array kFresh = {Rung::SameRecipe};
  input.allowed = kFresh;
  input.recipe = same;
  const auto climbed = climb(input);
  ASSERT_TRUE(climbed.ok()) << climbed.error().message;
  EXPECT_EQ(climbed.value().chosen, Rung::SameRecipe);
}

TEST(Ladder, SaysWhyWhenNothingThatIsAllowedCanBeTried) {
  const RiskModel champion = model_of({});
  const Cohort people = people_of({}, 300, 4);
  LadderInput input = question(champion, people);
  constexpr std::array kRecipe = {Rung::SameRecipe};
  input.allowed = kRecipe;
  input.recipe_missing = "its file does not say how it was made";
  const auto climbed = climb(input);
  ASSERT_FALSE(climbed.ok());
  EXPECT_EQ(climbed.error().kind, ErrorKind::NotReady);
}

TEST(Ladder, TheSameQuestionHasTheSameAnswer) {
  const RiskModel champion = model_of({});
  const Cohort people = people_of(changed_world("3 coefficients"), 200, 5);
  const LadderResult first = climb(question(champion, people)).take_value();
  const LadderResult second = climb(question(champion, people)).take_value();
  EXPECT_EQ(first.procedure, second.procedure);
  EXPECT_EQ(first.penalty, second.penalty);
}

TEST(ClosedTest, IsTheLikelihoodRatioTestOfTheNestedModels) {
  const Cohort people = people_of(changed_world("intercept +0.7"), 1000, 6);
  const auto test = closed_test(model_of({}), people);
  ASSERT_TRUE(test.ok()) << test.error().message;
  EXPECT_EQ(test.value().columns, 8u);
  EXPECT_EQ(test.value().choice, Rung::Intercept);
  EXPECT_GT(test.value().against_keep, test.value().against_intercept);
  EXPECT_GE(test.value().against_intercept, test.value().against_slope);
}

TEST(DavisTest, TakesTheSimplestThatIsNotSignificantlyWorse) {
  std::vector<double> best(200), hardly_worse(200), worse(200);
  Random random(7);
  for (std::size_t i = 0; i < best.size(); ++i) {
    best[i] = random.uniform();
    hardly_worse[i] = best[i] + 0.1 * random.normal() + 0.002;
    worse[i] = best[i] + 0.1 * random.normal() + 0.1;
  }
  EXPECT_EQ(davis_choice(std::vector{worse, hardly_worse, best}), 1u);
  EXPECT_EQ(davis_choice(std::vector{hardly_worse, worse, best}), 0u);
}

}  // namespace
}  // namespace relearn
