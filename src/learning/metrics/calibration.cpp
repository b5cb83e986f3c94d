#include "learning/metrics/calibration.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "learning/metrics/logistic_fit.h"
#include "learning/metrics/persons.h"
#include "learning/metrics/risk_scale.h"

namespace relearn {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<double> log_odds_of(std::span<const double> risks) {
  std::vector<double> log_odds(risks.size());
  std::transform(risks.begin(), risks.end(), log_odds.begin(), clipped_log_odds);
  return log_odds;
}

}  // namespace

Result<Estimate> calibration_intercept(std::span<const std::uint8_t> outcomes,
                                       std::span<const double> risks,
                                       std::span<const std::uint32_t> persons) {
  TRY(check_risks(outcomes, risks, persons));
  const std::vector<double> ones(risks.size(), 1.0);
  const LogisticFit fit =
      TRY(fit_logistic(ones, log_odds_of(risks), outcomes, index_persons(persons, risks.size())));
  return normal_interval(fit.coefficients[0], std::sqrt(fit.variance(0)), {-kInfinity, kInfinity});
}

Result<CalibrationLine> calibration_line(std::span<const std::uint8_t> outcomes,
                                         std::span<const double> risks,
                                         std::span<const std::uint32_t> persons) {
  TRY(check_risks(outcomes, risks, persons));
  const std::vector<double> log_odds = log_odds_of(risks);
  const auto [least, most] = std::minmax_element(log_odds.begin(), log_odds.end());
  if (*least == *most) return not_ready("undefined: all risks are equal");
  std::vector<double> design;
  design.reserve(2 * risks.size());
  for (const double value : log_odds) {
    design.push_back(1);
    design.push_back(value);
  }
  const LogisticFit fit =
      TRY(fit_logistic(design, {}, outcomes, index_persons(persons, risks.size())));
  const std::vector<double>& v = fit.covariance;
  return CalibrationLine{fit.coefficients[0], fit.coefficients[1], {v[0], v[1], v[3]}};
}

Result<Estimate> calibration_slope(std::span<const std::uint8_t> outcomes,
                                   std::span<const double> risks,
                                   std::span<const std::uint32_t> persons) {
  const CalibrationLine line = TRY(calibration_line(outcomes, risks, persons));
  return normal_interval(line.slope, std::sqrt(line.covariance[2]), {-kInfinity, kInfinity});
}

Result<Estimate> observed_to_expected(std::span<const std::uint8_t> outcomes,
                                      std::span<const double> risks,
                                      std::span<const std::uint32_t> persons) {
  TRY(check_risks(outcomes, risks, persons));
  const double observed = std::accumulate(outcomes.begin(), outcomes.end(), 0.0);
  const double expected = std::accumulate(risks.begin(), risks.end(), 0.0);
  if (expected <= 0) return not_ready("undefined: all risks are 0");
  const double ratio = observed / expected;
  std::vector<double> residuals(risks.size());
  for (std::size_t i = 0; i < risks.size(); ++i) residuals[i] = outcomes[i] - ratio * risks[i];
  const PersonIndex index = index_persons(persons, risks.size());
  const double log_error = std::sqrt(variance_of_sum(index, residuals)) / observed;
  return Estimate{ratio, ratio * log_error, ratio * std::exp(-kNormal975 * log_error),
                  ratio * std::exp(kNormal975 * log_error)};
}

}  // namespace relearn
