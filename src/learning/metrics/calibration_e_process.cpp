#include "learning/metrics/calibration_e_process.h"

#include <cmath>

namespace relearn {
namespace {

constexpr std::array kStakes = {-0.5, -0.25, -0.1, 0.1, 0.25, 0.5};

}  // namespace

void CalibrationEProcess::observe(std::uint8_t outcome, double risk) {
  const double residual = outcome - risk;
  for (std::size_t k = 0; k < kStakes.size(); ++k) {
    log_wealth_[2 * k] += std::log1p(kStakes[k] * residual);
    log_wealth_[2 * k + 1] += std::log1p(kStakes[k] * residual * (2 * risk - 1));
  }
}

double CalibrationEProcess::wealth() const {
  double sum = 0;
  for (const double log_wealth : log_wealth_) sum += std::exp(log_wealth);
  return sum / static_cast<double>(log_wealth_.size());
}

}  // namespace relearn
