#include "learning/search/selection.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace relearn {
namespace {

/// Ten persons of two rows each, dealt into five folds; the first five persons are ill.
OutOfFold ten_persons() {
  OutOfFold plan;
  plan.person_count = 10;
  plan.fold_count = 5;
  for (std::uint32_t person = 0; person < 10; ++person) {
    for (int row = 0; row < 2; ++row) {
      plan.rows.push_back(static_cast<std::uint32_t>(plan.rows.size()));
      plan.fold.push_back(static_cast<std::uint16_t>(person % 5));
      plan.outcomes.push_back(person < 5);
      plan.weights.push_back(1);
      plan.persons.push_back(person);
    }
  }
  return plan;
}

TEST(LogOddsLoss, IsTheNegativeLogarithmOfTheRiskOfWhatHappened) {
  EXPECT_DOUBLE_EQ(log_odds_loss(0, 1), std::log(2.0));
  EXPECT_NEAR(log_odds_loss(std::log(3.0), 1), -std::log(0.75), 1e-15);
  EXPECT_NEAR(log_odds_loss(std::log(3.0), 0), -std::log(0.25), 1e-15);
}

TEST(LogOddsLoss, NeverPunishesMoreThanARiskOfOneInAMillion) {
  EXPECT_NEAR(log_odds_loss(-1e9, 1), -std::log(1e-6), 1e-6);
  EXPECT_NEAR(log_odds_loss(1e9, 0), -std::log(1e-6), 1e-6);
}

TEST(PersonLosses, CountAPersonOnceHoweverManyRowsTheyHave) {
  OutOfFold plan = ten_persons();
  std::vector<double> log_odds(20, 0.0);
  log_odds[0] = 2;
  const auto losses = person_losses(plan, log_odds);
  ASSERT_EQ(losses.size(), 10u);
  EXPECT_NEAR(losses[0], (log_odds_loss(2, 1) + log_odds_loss(0, 1)) / 2, 1e-15);
  EXPECT_NEAR(losses[9], std::log(2.0), 1e-15);
}

TEST(OneErrorRule, TakesTheSimplestThatIsNotClearlyWorse) {
  // The second is better by 0.01 with a paired error of 0.1: no reason to leave the first.
  const std::vector<std::vector<double>> losses = {{0.6, 0.4, 0.6, 0.4}, {0.5, 0.5, 0.5, 0.46}};
  EXPECT_EQ(simplest_within_one_error(losses), 0u);
}

TEST(OneErrorRule, TakesTheBestWhenEveryPersonGains) {
  const std::vector<std::vector<double>> losses = {{0.6, 0.5, 0.6, 0.5}, {0.5, 0.41, 0.5, 0.4}};
  EXPECT_EQ(simplest_within_one_error(losses), 1u);
}

TEST(OneErrorRule, PairsPersonsSoThatHardCasesDoNotHideAGain) {
  // Losses differ a hundredfold between persons, the gain is the same for all.
  const std::vector<std::vector<double>> losses = {{0.02, 2.02, 0.52}, {0.01, 2.01, 0.51}};
  EXPECT_EQ(simplest_within_one_error(losses), 1u);
}

TEST(CrossFittedCalibration, NeverSeesTheFoldItIsJudgedOn) {
  OutOfFold plan = ten_persons();
  std::vector<double> scores;
  for (std::size_t i = 0; i < plan.rows.size(); ++i) {
    scores.push_back(std::sin(static_cast<double>(i)) + (plan.outcomes[i] ? 0.5 : -0.5));
  }
  const auto before = cross_fitted_log_odds(plan, scores, CalibrationMethod::Logistic);
  for (std::size_t i = 0; i < plan.rows.size(); ++i) {
    if (plan.fold[i] == 3) plan.outcomes[i] = !plan.outcomes[i];
  }
  const auto after = cross_fitted_log_odds(plan, scores, CalibrationMethod::Logistic);
  for (std::size_t i = 0; i < plan.rows.size(); ++i) {
    if (plan.fold[i] == 3) {
      EXPECT_EQ(before[i], after[i]);
    } else {
      EXPECT_NE(before[i], after[i]);
    }
  }
}

TEST(ChosenCalibration, LeavesWellCalibratedScoresAlone) {
  OutOfFold plan;
  std::vector<double> scores;
  plan.fold_count = 5;
  // Exactly as many events as the log-odds promise: 1 of 4 at -log 3, 3 of 4 at log 3.
  for (std::uint32_t i = 0; i < 400; ++i) {
    const bool high = i % 2;
    plan.rows.push_back(i);
    plan.fold.push_back(static_cast<std::uint16_t>(i / 80));
    plan.outcomes.push_back(high ? (i / 2) % 4 != 0 : (i / 2) % 4 == 0);
    plan.weights.push_back(1);
    plan.persons.push_back(i);
    scores.push_back(high ? std::log(3.0) : -std::log(3.0));
  }
  plan.person_count = 400;
  const auto left = choose_calibration(plan, scores, ScoreScale::LogOdds).calibration;
  EXPECT_NEAR(left.intercept, 0, 0.02);
  EXPECT_NEAR(left.slope, 1, 0.02);
  for (double& score : scores) score *= 4;  // four times too sure
  const auto chosen = choose_calibration(plan, scores, ScoreScale::LogOdds);
  EXPECT_EQ(chosen.method, CalibrationMethod::Logistic);
  EXPECT_NEAR(chosen.calibration.slope, 0.25, 0.05);
}

TEST(ChosenCalibration, AlwaysCalibratesMargins) {
  const OutOfFold plan = ten_persons();
  std::vector<double> margins;
  for (std::size_t i = 0; i < plan.rows.size(); ++i) {
    margins.push_back((plan.outcomes[i] ? 0.2 : -0.2) + 0.3 * std::sin(static_cast<double>(i)));
  }
  EXPECT_EQ(choose_calibration(plan, margins, ScoreScale::Margin).method, CalibrationMethod::Platt);
}

}  // namespace
}  // namespace relearn
