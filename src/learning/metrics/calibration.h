// Calibration: do the risks come true? Cox 1958 (Biometrika 45:562): intercept and slope of a
// logistic regression of the outcome on the log-odds of the risk (clipped to [1e-6, 1 - 1e-6]).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "learning/metrics/estimate.h"

namespace relearn {

/// Calibration in the large: the intercept with the slope held at 1. 0 is ideal; above 0 the risks
/// are too low on the whole. Standard error by maximum likelihood, robust when persons repeat.
Result<Estimate> calibration_intercept(std::span<const std::uint8_t> outcomes,
                                       std::span<const double> risks,
                                       std::span<const std::uint32_t> persons = {});

/// logit(share of ill) = intercept + slope * logit(risk), by maximum likelihood.
struct CalibrationLine {
  double intercept = 0, slope = 1;
  std::array<double, 3> covariance = {};  // of intercept, of both, of slope; robust when persons
                                          // repeat
};

/// Undefined as the slope below.
Result<CalibrationLine> calibration_line(std::span<const std::uint8_t> outcomes,
                                         std::span<const double> risks,
                                         std::span<const std::uint32_t> persons = {});

/// 1 is ideal; below 1 the risks are too extreme (overfitted), above too cautious. Undefined when
/// all risks are equal or when they separate cases from non-cases.
Result<Estimate> calibration_slope(std::span<const std::uint8_t> outcomes,
                                   std::span<const double> risks,
                                   std::span<const std::uint32_t> persons = {});

/// Cases observed for each case expected, sum y / sum p. Interval on the logarithmic scale,
/// standard error by the delta method from the persons' sums of y - ratio * p, because observed and
/// expected vary together (the usual sqrt((1 - prevalence) / cases) of Debray et al. 2017, BMJ
/// 356:i6460, takes the expected as fixed, and is too wide). `standard_error` is that of the ratio.
Result<Estimate> observed_to_expected(std::span<const std::uint8_t> outcomes,
                                      std::span<const double> risks,
                                      std::span<const std::uint32_t> persons = {});

}  // namespace relearn
