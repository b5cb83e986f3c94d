#include "learning/models/calibration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/normal.h"
#include "base/random.h"

namespace relearn {
namespace {

struct Scored {
  std::vector<double> scores;
  std::vector<std::uint8_t> outcomes;
  std::vector<double> weights;

  void add(double score, int outcome, double weight = 1) {
    scores.push_back(score);
    outcomes.push_back(static_cast<std::uint8_t>(outcome));
    weights.push_back(weight);
  }
  Calibration fit(CalibrationMethod method) const {
    return fit_calibration(method, scores, outcomes, weights);
  }
};

Scored forty_people() {
  Scored people;
  for (int i = 0; i < 40; ++i) {
    const int outcome = (i * 7) % 11 < 5 ? 1 : 0;
    people.add(std::sin(i) + 0.8 * (outcome - 0.5), outcome);
  }
  return people;
}

TEST(Calibration, LeavesScoresAloneWhenAskedTo) {
  EXPECT_EQ(forty_people().fit(CalibrationMethod::None), Calibration{});
}

TEST(Calibration, FindsTheLineThatOtherProgramsFind) {
  // scikit-learn 1.2.1, calibration._sigmoid_calibration on the same people.
  const Calibration line = forty_people().fit(CalibrationMethod::Platt);
  EXPECT_NEAR(line.intercept, -0.23965037, 1e-7);
  EXPECT_NEAR(line.slope, 1.35856537, 1e-7);
}

TEST(Calibration, RecoversTheLineThatRisksWereDrawnFrom) {
  Scored people;
  Random random(3);
  for (int i = 0; i < 40000; ++i) {
    const double score = 5 + 3 * random.normal();
    people.add(score, random.uniform() < logistic(-1 + 0.5 * (score - 5)));
  }
  const Calibration line = people.fit(CalibrationMethod::Platt);
  EXPECT_NEAR(line.slope, 0.5, 0.02);
  EXPECT_NEAR(line.apply(5), -1, 0.05);
}

TEST(Calibration, BelievesThatLogOddsAreNearlyRightAlready) {
  // Far too sure of themselves, but only eight: hardly moved. The same eight hundred times:
  // corrected.
  Scored few, many;
  for (int i = 0; i < 8; ++i) few.add(i % 2 ? 4 : -4, i / 2 % 2);
  for (int i = 0; i < 8000; ++i) many.add(i % 2 ? 4 : -4, i / 2 % 2);
  EXPECT_GT(few.fit(CalibrationMethod::Logistic).slope, 0.3);
  EXPECT_LT(many.fit(CalibrationMethod::Logistic).slope, 0.02);
}

TEST(Calibration, ChangesLogOddsAsItsPriorAndTheLikelihoodAgree) {
  // At the mode both derivatives of the posterior are zero.
  const Scored people = forty_people();
  const Calibration line = people.fit(CalibrationMethod::Logistic);
  const double even = 2 * logistic(line.intercept) - 1;
  double by_intercept = even;
  double by_slope = (line.slope - 1) / (kSlopePriorSd * kSlopePriorSd);
  for (std::size_t i = 0; i < people.scores.size(); ++i) {
    const double residual = logistic(line.apply(people.scores[i])) - people.outcomes[i];
    by_intercept += residual;
    by_slope += residual * people.scores[i];
  }
  EXPECT_NEAR(by_intercept, 0, 1e-9);
  EXPECT_NEAR(by_slope, 0, 1e-9);
}

TEST(Calibration, FindsItsWayBackFromRisksThatAreAllNearlyOne) {
  Scored people;
  for (int i = 0; i < 100; ++i) people.add(60 + i % 2, i % 4 == 0);
  EXPECT_NEAR(logistic(people.fit(CalibrationMethod::Intercept).apply(60.5)), 0.25, 0.03);
  EXPECT_TRUE(std::isfinite(people.fit(CalibrationMethod::Logistic).apply(60)));
}

TEST(Calibration, MovesOnlyTheInterceptWhenAskedTo) {
  const Scored people = forty_people();
  const Calibration line = people.fit(CalibrationMethod::Intercept);
  EXPECT_EQ(line.slope, 1);
  double expected = 0, cases = 0;
  for (std::size_t i = 0; i < people.scores.size(); ++i) {
    expected += logistic(line.apply(people.scores[i]));
    cases += people.outcomes[i];
  }
  EXPECT_NEAR(expected, cases, 0.1);  // not equal: the targets are smoothed
}

TEST(Calibration, NeverTurnsAModelAround) {
  Scored people = forty_people();
  for (double& score : people.scores) score = -10 * score;
  for (const auto method : {CalibrationMethod::Logistic, CalibrationMethod::Platt}) {
    const Calibration line = people.fit(method);
    EXPECT_EQ(line.slope, 0);
    EXPECT_NEAR(logistic(line.intercept), 18.0 / 40, 0.01);
  }
}

TEST(Calibration, GivesEverybodyTheCommonRiskWhenScoresAreAllAlike) {
  Scored people;
  for (int i = 0; i < 30; ++i) people.add(2.5, i % 3 == 0);
  const Calibration line = people.fit(CalibrationMethod::Platt);
  EXPECT_EQ(line.slope, 0);
  EXPECT_NEAR(logistic(line.intercept), 1.0 / 3, 0.01);
}

TEST(Calibration, StaysFiniteWhenScoresSeparateTheClasses) {
  Scored people;
  for (int i = 0; i < 20; ++i) people.add(i < 10 ? -1.0 - i : 1.0 + i, i >= 10);
  const Calibration line = people.fit(CalibrationMethod::Platt);
  EXPECT_GT(line.slope, 0);
  EXPECT_LT(line.slope, 100);
  EXPECT_GT(logistic(line.apply(11)), 0.75);
}

TEST(Calibration, CountsAPatientOfWeightTwoAsTwo) {
  Scored weighted, repeated;
  const Scored people = forty_people();
  for (std::size_t i = 0; i < 40; ++i) {
    const int times = i % 3 == 0 ? 2 : 1;
    weighted.add(people.scores[i], people.outcomes[i], times);
    for (int t = 0; t < times; ++t) repeated.add(people.scores[i], people.outcomes[i]);
  }
  const Calibration a = weighted.fit(CalibrationMethod::Platt);
  const Calibration b = repeated.fit(CalibrationMethod::Platt);
  EXPECT_NEAR(a.intercept, b.intercept, 1e-9);
  EXPECT_NEAR(a.slope, b.slope, 1e-9);
}

TEST(Calibration, FollowsAnyScaleAndOriginOfTheScores) {
  Scored people = forty_people();
  const Calibration line = people.fit(CalibrationMethod::Platt);
  for (double& score : people.scores) score = 1e6 + 1e-3 * score;
  const Calibration moved = people.fit(CalibrationMethod::Platt);
  EXPECT_NEAR(moved.slope * 1e-3, line.slope, 1e-5);
  EXPECT_NEAR(moved.apply(people.scores[7]), line.apply(forty_people().scores[7]), 1e-5);
}

TEST(Calibration, IsFiniteForOneClassAndForNobody) {
  Scored people;
  EXPECT_EQ(people.fit(CalibrationMethod::Platt), Calibration{});
  for (int i = 0; i < 10; ++i) people.add(i, 1);
  for (const auto method :
       {CalibrationMethod::Intercept, CalibrationMethod::Logistic, CalibrationMethod::Platt}) {
    EXPECT_TRUE(std::isfinite(people.fit(method).apply(3)));
  }
}

}  // namespace
}  // namespace relearn
