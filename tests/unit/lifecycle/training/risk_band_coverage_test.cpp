// The interval of a risk, from the line that is fitted to what it covers.
#include <gtest/gtest.h>

#include <cmath>

#include "base/normal.h"
#include "base/random.h"
#include "learning/metrics/calibration.h"
#include "learning/model_file/risk_band.h"

namespace relearn {
namespace {

constexpr int kDraws = 1000;
constexpr std::size_t kPeople = 300;

/// Share of draws in which the interval at `risk` holds the true share of ill people among those
/// who are told it: logistic(intercept + slope * logit(risk)). `rows`: of each person, who is ill
/// in all of them or in none.
double coverage(double intercept, double slope, double risk, std::size_t rows) {
  int covered = 0;
  for (int draw = 0; draw < kDraws; ++draw) {
    Random random(derive_seed(static_cast<std::uint64_t>(draw), "coverage", rows));
    std::vector<std::uint8_t> outcomes;
    std::vector<double> risks;
    std::vector<std::uint32_t> persons;
    for (std::uint32_t person = 0; person < kPeople; ++person) {
      const double log_odds = 1.5 * random.normal();
      const bool ill = random.uniform() < logistic(intercept + slope * log_odds);
      for (std::size_t row = 0; row < rows; ++row) {
        outcomes.push_back(ill ? 1 : 0);
        risks.push_back(logistic(log_odds));
        persons.push_back(person);
      }
    }
    const auto line = calibration_line(outcomes, risks, persons);
    if (!line.ok()) continue;
    const RiskBand band{line.value().intercept, line.value().slope, line.value().covariance};
    const RiskInterval interval = interval_at(band, risk);
    const double truth = logistic(intercept + slope * logit(risk));
    covered += interval.low <= truth && truth <= interval.high ? 1 : 0;
  }
  return covered / static_cast<double>(kDraws);
}

// Models that are wrong: of one that is right the truth is what was told, which the interval always
// holds. That it does also means that only one of its ends can miss: 97.5 %, give or take what
// 1,000 draws leave to chance (3 standard errors: .015).
void expect_one_end_to_miss(double risk, std::size_t rows) {
  const double covered = coverage(0.8, 0.7, risk, rows);
  EXPECT_GT(covered, 0.960) << risk;
  EXPECT_LT(covered, 0.990) << risk;
}

TEST(RiskBandCoverage, IsWhatItSays) {
  for (const double risk : {0.1, 0.35, 0.6}) expect_one_end_to_miss(risk, 1);
}

TEST(RiskBandCoverage, CountsPeopleNotRows) { expect_one_end_to_miss(0.35, 6); }

}  // namespace
}  // namespace relearn
