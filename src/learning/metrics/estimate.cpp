#include "learning/metrics/estimate.h"

#include <algorithm>
#include <cmath>

#include "base/normal.h"

namespace relearn {

Estimate normal_interval(double value, double standard_error, Bounds bounds) {
  const double reach = kNormal975 * standard_error;
  return {value, standard_error, std::max(value - reach, bounds.low),
          std::min(value + reach, bounds.high)};
}

Estimate logit_interval(double value, double standard_error) {
  if (value <= 0 || value >= 1 || standard_error <= 0) return {value, standard_error, value, value};
  const double centre = std::log(value / (1 - value));
  const double reach = kNormal975 * standard_error / (value * (1 - value));
  return {value, standard_error, logistic(centre - reach), logistic(centre + reach)};
}

Estimate wilson_interval(double share, double trials) {
  const double z2 = kNormal975 * kNormal975;
  const double centre = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const double spread = share * (1 - share) / trials;
  const double reach =
      kNormal975 * std::sqrt(spread + z2 / (4 * trials * trials)) / (1 + z2 / trials);
  // At 0 and 1 the ends are exact; rounding must not say otherwise.
  return {share, std::sqrt(spread), share <= 0 ? 0 : centre - reach,
          share >= 1 ? 1 : centre + reach};
}

}  // namespace relearn
