// Score tests of "these outcomes come from these risks". No fit, so they work from eight
// records on, and on one class: they judge a contributor's or a batch's labels on arrival.
// H0: y ~ Bernoulli(p), independent; each z is standard normal under it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/result.h"

namespace relearn {

struct CalibrationTests {
  /// Score test of slope = 1: sum (y-p) L / sqrt(sum p(1-p) L^2). Strongly negative: outcomes
  /// inverted or random. (Cox 1958, Biometrika 45:562.)
  double slope_z = 0;
  /// The same beside an intercept of their own: the risks' log odds moved until they expect as many
  /// cases as there are, then sum (y-p) (L - L') / sqrt(sum p(1-p) (L - L')^2), L' the mean of L
  /// weighted by p(1-p). A disease that is more frequent, or less, than the risks say moves slope_z
  /// but not this one; inverted outcomes move both. Nothing: one class only, or all risks alike.
  std::optional<double> slope_z_beside_intercept;
  /// Score test of intercept = 0: sum (y-p) / sqrt(sum p(1-p)). Large either way: always yes or no.
  double intercept_z = 0;
  /// Spiegelhalter 1986 (Stat Med 5:421): sum (y-p)(1-2p) / sqrt(sum (1-2p)^2 p(1-p)). Large: the
  /// Brier score is worse than the risks themselves promise.
  double spiegelhalter_z = 0;
};

/// Risks are clipped to [clip, 1 - clip], clip in (0, 0.5). NotReady when all risks are one half,
/// for then slope and Spiegelhalter's test see nothing.
Result<CalibrationTests> calibration_tests(std::span<const std::uint8_t> outcomes,
                                           std::span<const double> risks, double clip = 1e-6);

}  // namespace relearn
