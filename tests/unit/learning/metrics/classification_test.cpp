#include "learning/metrics/classification.h"

#include <gtest/gtest.h>

#include "learning/metrics/log_loss.h"
#include "learning/metrics/mcnemar.h"
#include "learning/metrics/net_benefit.h"
#include "people.h"

namespace relearn {
namespace {

TEST(Classification, ARiskAtTheThresholdIsHigh) {
  const std::vector<std::uint8_t> outcomes = {1, 0, 1, 0};
  const std::vector<double> risks = {0.5, 0.5, 0.4, 0.4};
  const ConfusionCounts counts = count_decisions(outcomes, risks, 0.5);
  EXPECT_EQ(counts.true_positives, 1u);
  EXPECT_EQ(counts.false_positives, 1u);
  EXPECT_EQ(counts.true_negatives, 1u);
  EXPECT_EQ(counts.false_negatives, 1u);
}

TEST(Classification, IntervalCountsPersonsWhenNobodyIsMissed) {
  const DrawnPeople four = repeated({{1, 1, 0, 0}, {0.9, 0.8, 0.1, 0.2}, {0, 1, 2, 3}}, 10);
  const Estimate estimate = sensitivity(four.outcomes, four.risks, 0.5, four.persons).value();
  EXPECT_EQ(estimate.value, 1);
  EXPECT_NEAR(estimate.low, wilson_interval(1, 2).low, 1e-12);
}

TEST(NetBenefit, OfEverybodyAtRiskIsThatOfTreatingAll) {
  const DrawnPeople people = draw_people(100, 2);
  const std::vector<double> certain(people.risks.size(), 1.0);
  const double prevalence =
      std::accumulate(people.outcomes.begin(), people.outcomes.end(), 0.0) / 100;
  EXPECT_NEAR(net_benefit(people.outcomes, certain, 0.3).value().value,
              net_benefit_of_treating_all(prevalence, 0.3), 1e-12);
}

TEST(NetBenefit, DifferenceIsTheMeanOfTheDifferencesAtEachThreshold) {
  const DrawnPeople people = draw_people(200, 3);
  const std::vector<double> flat(people.risks.size(), 0.4);
  double mean = 0;
  const auto grid = threshold_grid({0.1, 0.5}, 41);
  for (const double threshold : grid) {
    mean += (net_benefit(people.outcomes, people.risks, threshold).value().value -
             net_benefit(people.outcomes, flat, threshold).value().value) /
            static_cast<double>(grid.size());
  }
  const Estimate difference =
      net_benefit_difference(people.outcomes, people.risks, flat, {0.1, 0.5}).value();
  EXPECT_NEAR(difference.value, mean, 1e-12);
  EXPECT_GT(difference.value, 0);
}

TEST(LogLossDifference, IsTheDifferenceOfTheTwoWithASmallerError) {
  const DrawnPeople people = draw_people(300, 4);
  std::vector<double> near = people.risks;
  for (double& risk : near) risk = logistic(logit(risk) + 0.2);
  const Estimate a = log_loss(people.outcomes, people.risks).value();
  const Estimate b = log_loss(people.outcomes, near).value();
  const Estimate paired = log_loss_difference(people.outcomes, people.risks, near).value();
  EXPECT_NEAR(paired.value, a.value - b.value, 1e-12);
  EXPECT_LT(paired.standard_error, a.standard_error / 2);
}

TEST(McNemar, IsSymmetricExceptForTheOneSidedP) {
  const McNemar a = mcnemar(9, 3).value(), b = mcnemar(3, 9).value();
  EXPECT_EQ(a.exact, b.exact);
  EXPECT_EQ(a.mid_p, b.mid_p);
  EXPECT_LT(a.more_lost, 0.1);
  EXPECT_GT(b.more_lost, 0.9);
}

}  // namespace
}  // namespace relearn
