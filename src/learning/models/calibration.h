// From scores to log-odds that mean what they say: z = intercept + slope * score, fitted on
// out-of-fold scores (logistic recalibration, Cox 1958; for margins, Platt 1999).
#pragma once

#include <cstdint>
#include <span>

namespace relearn {

struct Calibration {
  double intercept = 0;
  double slope = 1;
  double apply(double score) const { return intercept + slope * score; }
  bool operator==(const Calibration&) const = default;
};

enum class CalibrationMethod {
  None,       // identity
  Intercept,  // slope 1
  Logistic,   // intercept and slope; the slope is believed to be near 1 (kSlopePriorSd)
  Platt,      // intercept and slope >= 0, nothing believed: for margins, which have no scale
};

/// Prior standard deviation of the slope of log-odds around 1: a well-made model is rarely off by
/// more than a half, and at 32 people a free slope costs more than it mends.
inline constexpr double kSlopePriorSd = 0.25;

/// scores, outcomes, weights: n. Always finite; the slope is never below 0: scores that rank
/// patients the wrong way round become the common risk. Intercept and Platt aim at Platt's smoothed
/// targets.
Calibration fit_calibration(CalibrationMethod method, std::span<const double> scores,
                            std::span<const std::uint8_t> outcomes,
                            std::span<const double> weights);

}  // namespace relearn
