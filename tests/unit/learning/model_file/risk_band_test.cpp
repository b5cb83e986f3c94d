#include "learning/model_file/risk_band.h"

#include <gtest/gtest.h>

namespace relearn {
namespace {

// By hand: logit .5 = 0, so the interval is that of the intercept alone, 0 +- 1.96 * .2; logit .8 =
// 1.3863, variance .04 + 2 * 1.3863 * .01 + 1.9218 * .0225 = .11097, half = .65292.
TEST(RiskBand, IsTheDeltaMethodOnTheLogOddsScale) {
  const RiskBand band{0, 1, {0.04, 0.01, 0.0225}};
  const RiskInterval even = interval_at(band, 0.5);
  EXPECT_NEAR(even.low, 0.403237, 1e-6);
  EXPECT_NEAR(even.high, 0.596763, 1e-6);
  const RiskInterval likely = interval_at(band, 0.8);
  EXPECT_NEAR(likely.low, 0.675562, 1e-4);
  EXPECT_NEAR(likely.high, 0.884846, 1e-4);
}

TEST(RiskBand, HoldsTheRiskItself) {
  const RiskBand shifted{1, 1, {0.01, 0, 0.01}};
  for (const double risk : {0.0, 1e-9, 0.05, 0.5, 0.95, 1.0}) {
    const RiskInterval interval = interval_at(shifted, risk);
    EXPECT_LE(interval.low, risk);
    EXPECT_GE(interval.high, risk);
    EXPECT_GE(interval.low, 0);
    EXPECT_LE(interval.high, 1);
  }
}

TEST(RiskBand, IsReadBackAsItWasWritten) {
  const RiskBand band{-0.1234, 0.9876, {0.01234, -0.001, 0.02}};
  const auto read = parse_risk_band(risk_band_text(band));
  ASSERT_TRUE(read);
  EXPECT_DOUBLE_EQ(read->intercept, band.intercept);
  EXPECT_DOUBLE_EQ(read->slope, band.slope);
  EXPECT_NEAR(read->covariance[0], band.covariance[0], 1e-5);
  EXPECT_NEAR(read->covariance[1], band.covariance[1], 1e-6);
}

TEST(RiskBand, OfAnyOtherTextThereIsNone) {
  for (const char* text : {"", "1 2 3 4", "1 2 3 4 5 6", "1 2 -3 4 5", "1 2 3 4 -5", "a b c d e",
                           "nan 1 1 1 1", "inf 1 1 1 1"}) {
    EXPECT_FALSE(parse_risk_band(text)) << text;
  }
}

}  // namespace
}  // namespace relearn
