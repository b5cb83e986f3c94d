#include "learning/metrics/calibration_e_process.h"

#include <algorithm>
#include <cmath>

namespace relearn {
namespace {

constexpr double kDetectorMax = 1e300;
constexpr std::array kStakes = {-0.5, -0.25, -0.1, 0.1, 0.25, 0.5};

}  // namespace

void CalibrationEProcess::observe(std::uint8_t outcome, double risk) {
  const double residual = outcome - risk;
  for (std::size_t k = 0; k < log_wealth_.size(); ++k) {
    const double direction = k % 2 == 0 ? 1 : 2 * risk - 1;
    const double won = kStakes[k / 2] * residual * direction;
    log_wealth_[k] += std::log1p(won);
    detectors_[k] = std::min(kDetectorMax, (1 + detectors_[k]) * (1 + won));
  }
}

double CalibrationEProcess::wealth() const {
  double sum = 0;
  for (const double log_wealth : log_wealth_) sum += std::exp(log_wealth);
  return sum / static_cast<double>(log_wealth_.size());
}

double CalibrationEProcess::detector() const {
  double sum = 0;
  for (const double detector : detectors_) sum += detector / static_cast<double>(detectors_.size());
  return sum;
}

}  // namespace relearn
