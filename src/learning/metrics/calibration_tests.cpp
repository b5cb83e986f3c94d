#include "learning/metrics/calibration_tests.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/normal.h"
#include "learning/metrics/persons.h"

namespace relearn {

namespace {

constexpr int kStepsMax = 100;
constexpr double kShiftMax = 40;  // of log odds: beyond, a risk is 0 or 1 in double

/// By how much all log odds have to move for the risks to expect `cases`: what they expect rises
/// with the shift, so halving an interval finds it.
double shift_to(std::span<const double> log_odds, double cases) {
  double low = -kShiftMax, high = kShiftMax;
  for (int step = 0; step < kStepsMax; ++step) {
    const double middle = (low + high) / 2;
    double expected = 0;
    for (const double each : log_odds) expected += logistic(each + middle);
    (expected < cases ? low : high) = middle;
  }
  return (low + high) / 2;
}

std::optional<double> slope_beside_intercept(std::span<const std::uint8_t> outcomes,
                                             std::span<const double> log_odds) {
  double cases = 0;
  for (const std::uint8_t outcome : outcomes) cases += outcome;
  if (cases == 0 || cases == static_cast<double>(outcomes.size())) return std::nullopt;
  const double shift = shift_to(log_odds, cases);
  double weight = 0, mean = 0;
  for (const double each : log_odds) {
    const double p = logistic(each + shift);
    weight += p * (1 - p);
    mean += p * (1 - p) * each;
  }
  mean /= weight;
  double slope = 0, variance = 0;
  for (std::size_t i = 0; i < log_odds.size(); ++i) {
    const double p = logistic(log_odds[i] + shift), away = log_odds[i] - mean;
    slope += (outcomes[i] - p) * away;
    variance += p * (1 - p) * away * away;
  }
  if (!(variance > 0)) return std::nullopt;
  return slope / std::sqrt(variance);
}

}  // namespace

Result<CalibrationTests> calibration_tests(std::span<const std::uint8_t> outcomes,
                                           std::span<const double> risks, double clip) {
  TRY(check_risks(outcomes, risks, {}, Classes::OneWillDo));
  double slope = 0, slope_variance = 0;
  double intercept = 0, intercept_variance = 0;
  double brier = 0, brier_variance = 0;
  std::vector<double> all_log_odds;
  for (std::size_t i = 0; i < risks.size(); ++i) {
    const double p = std::clamp(risks[i], clip, 1 - clip);
    const double spread = p * (1 - p), log_odds = logit(p), away = 1 - 2 * p;
    const double residual = outcomes[i] - p;
    all_log_odds.push_back(log_odds);
    slope += residual * log_odds;
    slope_variance += spread * log_odds * log_odds;
    intercept += residual;
    intercept_variance += spread;
    brier += residual * away;
    brier_variance += spread * away * away;
  }
  if (brier_variance <= 0) return not_ready("undefined: all risks are 0.5");
  return CalibrationTests{
      slope / std::sqrt(slope_variance), slope_beside_intercept(outcomes, all_log_odds),
      intercept / std::sqrt(intercept_variance), brier / std::sqrt(brier_variance)};
}

}  // namespace relearn
