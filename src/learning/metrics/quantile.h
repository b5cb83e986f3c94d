// Quantiles of sorted values.
#pragma once

#include <span>

namespace relearn {

/// Linear between neighbours (Hyndman & Fan 1996, Am Stat 50:361, type 7). sorted: at least one
/// value, ascending; share in [0, 1].
double quantile(std::span<const double> sorted, double share);

}  // namespace relearn
