// Intervals by drawing persons with replacement, for where no formula can be trusted.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "learning/metrics/estimate.h"
#include "learning/metrics/persons.h"

namespace relearn {

/// How often each row was drawn, n; the statistic on that.
using Statistic = std::function<double(std::span<const std::uint32_t> times)>;

/// Statistics of resampled persons: persons are drawn within their class (a person is a case when
/// at least half of their rows are), all rows of a person together. 2,000 draws; fewer, but never
/// under 200, above 100,000 rows. Draws without a finite statistic are left out. The seed is fixed:
/// same data, same draws.
std::vector<double> bootstrap_statistics(std::span<const std::uint8_t> outcomes,
                                         const PersonIndex& persons, const Statistic& statistic);

/// Bias-corrected accelerated 95 % interval (Efron 1987; acceleration from the empirical influence,
/// his section 7). statistics: at least one, any order; influence: one value a person.
Bounds bca_interval(double value, std::vector<double> statistics,
                    std::span<const double> influence);

}  // namespace relearn
