#include "base/normal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace relearn {
namespace {

// Wichura 1988, Applied Statistics 37:477, test values of PPND16; the others are the solutions of
// Phi(z) = p to 20 digits (mpmath 1.3, erfinv at 50 digits).
TEST(NormalQuantile, GivesThePublishedAnswers) {
  EXPECT_DOUBLE_EQ(normal_quantile(0.25), -0.6744897501960817);
  EXPECT_DOUBLE_EQ(normal_quantile(0.001), -3.090232306167814);
  EXPECT_DOUBLE_EQ(normal_quantile(1e-20), -9.262340089798408);
  EXPECT_DOUBLE_EQ(normal_quantile(0.975), 1.959963984540054);
  EXPECT_DOUBLE_EQ(normal_quantile(0.5), 0.0);
}

TEST(NormalQuantile, UndoesTheDistributionOverItsWholeRange) {
  for (double p = 1e-12; p < 0.5; p *= 1.5) {
    EXPECT_NEAR(normal_cdf(normal_quantile(p)), p, 1e-13 * p) << p;
  }
}

// Abramowitz & Stegun 1964, table 26.1.
TEST(NormalCdf, GivesThePublishedAnswers) {
  EXPECT_NEAR(normal_cdf(0), 0.5, 1e-16);
  EXPECT_NEAR(normal_cdf(1), 0.841344746068543, 1e-15);
  EXPECT_NEAR(normal_cdf(2), 0.977249868051821, 1e-15);
  EXPECT_NEAR(normal_cdf(-3), 0.001349898031630, 1e-15);
}

TEST(Logistic, NeverOverflowsAndIsUndoneByLogit) {
  EXPECT_EQ(logistic(0), 0.5);
  EXPECT_EQ(logistic(1e6), 1.0);
  EXPECT_EQ(logistic(-1e6), 0.0);
  for (double x = -30; x <= 15; x += 0.5) EXPECT_NEAR(logit(logistic(x)), x, 1e-9) << x;
}

TEST(Logit, StaysFiniteAtCertainty) {
  EXPECT_TRUE(std::isfinite(logit(0)));
  EXPECT_TRUE(std::isfinite(logit(1)));
  EXPECT_LT(logit(0), -34);
  EXPECT_GT(logit(1), 34);
}

}  // namespace
}  // namespace relearn
