#include "learning/model_file/risk_band.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/normal.h"
#include "base/text.h"

namespace relearn {
namespace {

constexpr double kNormal975 = 1.959963984540054;
constexpr double kRiskFloor = 1e-6;

}  // namespace

RiskInterval interval_at(const RiskBand& band, double risk) {
  const double x = logit(std::clamp(risk, kRiskFloor, 1 - kRiskFloor));
  const auto [own, both, of_slope] = band.covariance;
  const double variance = own + 2 * x * both + x * x * of_slope;
  const double centre = band.intercept + band.slope * x;
  const double half = kNormal975 * std::sqrt(std::max(variance, 0.0));
  return {std::min(risk, logistic(centre - half)), std::max(risk, logistic(centre + half))};
}

std::string risk_band_text(const RiskBand& band) {
  return fmt::format("{:.4f} {:.4f} {:.3e} {:.3e} {:.3e}", band.intercept, band.slope,
                     band.covariance[0], band.covariance[1], band.covariance[2]);
}

std::optional<RiskBand> parse_risk_band(std::string_view text) {
  std::vector<double> numbers;
  for (const std::string_view word : split(text, ' ')) {
    const auto number = parse_number(word);
    if (!number || !std::isfinite(*number)) return std::nullopt;
    numbers.push_back(*number);
  }
  if (numbers.size() != 5 || numbers[2] < 0 || numbers[4] < 0) return std::nullopt;
  return RiskBand{numbers[0], numbers[1], {numbers[2], numbers[3], numbers[4]}};
}

}  // namespace relearn
