#include "learning/metrics/distributions.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/normal.h"
#include "learning/metrics/population_stability.h"
#include "learning/metrics/sample_size.h"
#include "people.h"

namespace relearn {
namespace {

// Printed tables: Abramowitz & Stegun 1964, tables 26.8 and 26.10, and R's qchisq and qt.
TEST(Distributions, QuantilesAreThoseOfTheTables) {
  EXPECT_NEAR(chi_squared_quantile(0.95, 9), 16.918977604620448, 1e-9);
  EXPECT_NEAR(chi_squared_quantile(0.95, 1), 3.841458820694124, 1e-10);
  EXPECT_NEAR(chi_squared_quantile(0.99, 100), 135.8067231710, 1e-6);
  EXPECT_NEAR(student_t_quantile(0.975, 10), 2.2281388519649385, 1e-10);
  EXPECT_NEAR(student_t_quantile(0.05, 1), -6.313751514675043, 1e-9);
  EXPECT_NEAR(student_t_quantile(0.5, 7), 0, 1e-12);
}

TEST(Distributions, QuantileAndDistributionAreInverse) {
  for (const double degrees : {1.0, 2.0, 3.5, 30.0, 500.0}) {
    for (const double p : {0.001, 0.2, 0.5, 0.9, 0.9999}) {
      EXPECT_NEAR(chi_squared_cdf(chi_squared_quantile(p, degrees), degrees), p, 1e-12);
      EXPECT_NEAR(student_t_cdf(student_t_quantile(p, degrees), degrees), p, 1e-12);
    }
  }
}

TEST(Distributions, KnownSpecialCases) {
  EXPECT_NEAR(chi_squared_cdf(3, 2), 1 - std::exp(-1.5), 1e-14);
  EXPECT_NEAR(student_t_cdf(1, 1), 0.75, 1e-14);  // Cauchy
  EXPECT_NEAR(student_t_cdf(1.3, 1e7), normal_cdf(1.3), 1e-7);
  EXPECT_NEAR(incomplete_beta(3, 1, 0.4), 0.064, 1e-14);
  EXPECT_EQ(incomplete_beta(2, 5, 0), 0);
  EXPECT_EQ(incomplete_beta(2, 5, 1), 1);
}

TEST(Distributions, BinomialIsTheSumOfItsTerms) {
  for (const int trials : {1, 7, 17, 60}) {
    double sum = 0, term = std::pow(0.7, trials);  // p = 0.3
    for (int k = 0; k <= trials; ++k) {
      sum += term;
      EXPECT_NEAR(binomial_cdf(k, trials, 0.3), sum, 1e-12) << k << " of " << trials;
      term *= (trials - k) / (k + 1.0) * 0.3 / 0.7;
    }
  }
}

TEST(PopulationStability, StaysBelowItsLimitNineteenTimesInTwentyWhenNothingChanges) {
  Random random(4);
  const auto counts = [&](std::size_t people) {
    std::vector<std::uint64_t> bins(10, 0);
    for (std::size_t i = 0; i < people; ++i) ++bins[random.below(10)];
    return bins;
  };
  const double limit = population_stability_limit(10, 768, 100);
  int above = 0, above_rule_of_thumb = 0;
  for (int window = 0; window < 1000; ++window) {
    const double index =
        population_stability(shares_of_counts(counts(768)), shares_of_counts(counts(100))).value();
    above += index > limit ? 1 : 0;
    above_rule_of_thumb += index > 0.1 ? 1 : 0;
  }
  EXPECT_NEAR(above / 1000.0, 0.05, 0.03);
  EXPECT_GT(above_rule_of_thumb, 350);  // clinical experience: 45 %
}

TEST(SampleSize, IntegratedR2IsThatOfASimulatedModel) {
  constexpr int kPeople = 1'000'000;
  const double auroc = 0.8, prevalence = 0.3;
  const double shift = std::sqrt(2.0) * normal_quantile(auroc);
  Random random(6);
  double log_likelihood = 0, cases = 0;
  for (int i = 0; i < kPeople; ++i) {
    const bool ill = random.uniform() < prevalence;
    const double x = random.normal() + (ill ? shift : 0);
    const double risk = logistic(logit(prevalence) - shift * shift / 2 + shift * x);
    log_likelihood += std::log(ill ? risk : 1 - risk);
    cases += ill ? 1 : 0;
  }
  const double share = cases / kPeople;
  const double without = kPeople * (share * std::log(share) + (1 - share) * std::log(1 - share));
  const double simulated = 1 - std::exp(-2 * (log_likelihood - without) / kPeople);
  EXPECT_NEAR(r_squared_of_auroc(auroc, prevalence).value(), simulated, 0.002);
}

TEST(SampleSize, GrowsWithParametersAndShrinksWithDiscrimination) {
  const auto needed = [](unsigned parameters, double r_squared) {
    return sample_size({parameters, 0.3, r_squared}).value().needed();
  };
  EXPECT_GT(needed(40, 0.2), needed(20, 0.2));
  EXPECT_GT(needed(40, 0.1), needed(40, 0.2));
}

}  // namespace
}  // namespace relearn
