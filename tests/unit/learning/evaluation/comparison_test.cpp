#include "learning/evaluation/comparison.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/normal.h"
#include "base/random.h"

namespace relearn {
namespace {

/// People with true log-odds; the two models see them with noise of these standard deviations.
PairedRisks people(std::size_t count, double own_noise, double reference_noise,
                   std::uint64_t seed) {
  Random random(seed);
  PairedRisks pairs;
  for (std::uint32_t person = 0; person < count; ++person) {
    const double truth = 1.5 * random.normal();
    pairs.add(random.uniform() < logistic(truth), logistic(truth + own_noise * random.normal()),
              logistic(truth + reference_noise * random.normal()), person);
  }
  return pairs;
}

TEST(Comparison, ClipsRisksSoThatNobodyIsWorthMoreThanFourPointSixNats) {
  EXPECT_DOUBLE_EQ(compared_loss(0, 1), -std::log(0.01));
  EXPECT_DOUBLE_EQ(compared_loss(1, 1), -std::log(0.99));
  EXPECT_DOUBLE_EQ(compared_loss(0.25, 0), -std::log(0.75));
}

TEST(Comparison, CountsAPersonOnceHoweverManyRowsTheyHave) {
  PairedRisks pairs;
  pairs.add(1, 0.8, 0.5, 7);
  pairs.add(1, 0.6, 0.5, 7);
  pairs.add(0, 0.3, 0.4, 9);
  const auto measured = loss_comparison(pairs);
  ASSERT_TRUE(measured.ok());
  const double first = (-std::log(0.8) - std::log(0.6)) / 2 + std::log(0.5);
  const double second = -std::log(0.7) + std::log(0.6);
  EXPECT_EQ(measured.value().persons(), 2u);
  EXPECT_NEAR(measured.value().mean(), (first + second) / 2, 1e-15);

  const PairedRisks collapsed = one_row_a_person(pairs);
  EXPECT_EQ(collapsed.persons, (std::vector<std::uint32_t>{7, 9}));
  EXPECT_NEAR(collapsed.risks[0], 0.7, 1e-15);
}

TEST(Comparison, BoundsAreNormalForManyPeopleAndNeverNarrowerForFew) {
  const auto many = loss_comparison(people(400, 0.1, 0.3, 1)).take_value();
  EXPECT_FALSE(many.bootstrapped());
  EXPECT_NEAR(many.upper(0.05), many.mean() + 1.6448536 * many.standard_error(), 1e-9);
  EXPECT_NEAR(many.lower(0.05), many.mean() - 1.6448536 * many.standard_error(), 1e-9);
  const auto few = loss_comparison(people(40, 0.1, 0.3, 2)).take_value();
  EXPECT_TRUE(few.bootstrapped());
  EXPECT_GE(few.upper(0.05), few.mean() + 1.6448 * few.standard_error());
  EXPECT_LE(few.upper(0.10), few.upper(0.05));
  EXPECT_LE(few.upper(0.05), few.upper(0.001));
}

TEST(Comparison, OneSidedBoundsHoldTheTruthAsOftenAsTheySay) {
  // Two models of equal noise: the mean difference is 0. At 10 % the bound is below 0 in 40 of 400
  // runs; the standard deviation of that count is 6, so 22 to 58 is three of them.
  int missed = 0;
  for (std::uint64_t run = 0; run < 400; ++run) {
    missed += loss_comparison(people(120, 0.3, 0.3, 100 + run)).value().upper(0.10) < 0;
  }
  EXPECT_GE(missed, 22);
  EXPECT_LE(missed, 58);
}

TEST(Comparison, SameModelsDifferInNothing) {
  PairedRisks pairs = people(100, 0.2, 0.2, 3);
  pairs.reference = pairs.risks;
  const auto loss = loss_comparison(pairs).take_value();
  EXPECT_EQ(loss.mean(), 0);
  EXPECT_EQ(loss.upper(0.05), 0);
  const auto benefit = net_benefit_comparison(pairs, {0.1, 0.5});
  ASSERT_TRUE(benefit.ok());
  EXPECT_EQ(benefit.value().difference.value, 0);
  EXPECT_EQ(benefit.value().quantile_05, 0);
  EXPECT_EQ(decision_comparison(pairs, 0.35).more_lost, 1);
}

TEST(Comparison, AModelThatMissesCasesIsSeenToLoseThem) {
  PairedRisks pairs;
  for (std::uint32_t person = 0; person < 40; ++person) {
    const bool lost = person < 12, gained = person >= 12 && person < 17;
    pairs.add(1, lost ? 0.1 : 0.8, gained ? 0.1 : 0.8, person);
  }
  const DecisionComparison decisions = decision_comparison(pairs, 0.35);
  EXPECT_EQ(decisions.cases, 40u);
  EXPECT_EQ(decisions.lost, 12u);
  EXPECT_EQ(decisions.gained, 5u);
  EXPECT_NEAR(decisions.sensitivity, 28.0 / 40, 1e-15);
  EXPECT_NEAR(decisions.reference_sensitivity, 35.0 / 40, 1e-15);
  // P(at least 12 of 17) = half of the two-sided .143463 of McNemar's test with b = 12, c = 5.
  EXPECT_NEAR(decisions.more_lost, 0.143463 / 2, 1e-6);
}

TEST(Comparison, NetBenefitOfABetterModelIsAboveZeroAndItsLowQuantileBelow) {
  const auto benefit = net_benefit_comparison(people(600, 0, 1.5, 4), {0.1, 0.5});
  ASSERT_TRUE(benefit.ok());
  EXPECT_GT(benefit.value().difference.value, 0);
  EXPECT_LT(benefit.value().quantile_05, benefit.value().difference.value);
  EXPECT_NEAR(benefit.value().quantile_05,
              benefit.value().difference.value - 1.645 * benefit.value().difference.standard_error,
              0.004);
}

}  // namespace
}  // namespace relearn
