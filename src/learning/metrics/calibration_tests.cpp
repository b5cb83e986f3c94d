#include "learning/metrics/calibration_tests.h"

#include <algorithm>
#include <cmath>

#include "base/normal.h"
#include "learning/metrics/persons.h"

namespace relearn {

Result<CalibrationTests> calibration_tests(std::span<const std::uint8_t> outcomes,
                                           std::span<const double> risks, double clip) {
  TRY(check_risks(outcomes, risks, {}, Classes::OneWillDo));
  double slope = 0, slope_variance = 0;
  double intercept = 0, intercept_variance = 0;
  double brier = 0, brier_variance = 0;
  for (std::size_t i = 0; i < risks.size(); ++i) {
    const double p = std::clamp(risks[i], clip, 1 - clip);
    const double spread = p * (1 - p), log_odds = logit(p), away = 1 - 2 * p;
    const double residual = outcomes[i] - p;
    slope += residual * log_odds;
    slope_variance += spread * log_odds * log_odds;
    intercept += residual;
    intercept_variance += spread;
    brier += residual * away;
    brier_variance += spread * away * away;
  }
  if (brier_variance <= 0) return not_ready("undefined: all risks are 0.5");
  return CalibrationTests{slope / std::sqrt(slope_variance),
                          intercept / std::sqrt(intercept_variance),
                          brier / std::sqrt(brier_variance)};
}

}  // namespace relearn
