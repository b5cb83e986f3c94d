// Population stability index: how far today's patients are from those of the reference, over the
// reference's deciles or a predictor's codes. sum (q - p) ln(q / p), the symmetrised
// Kullback-Leibler divergence (Kullback & Leibler 1951, Ann Math Stat 22:79).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace relearn {

/// reference, current: shares of the same bins, two at least, all above 0.
Result<double> population_stability(std::span<const double> reference,
                                    std::span<const double> current);

/// Shares of counted bins; each gets half a person more, so that an empty one has no infinite
/// index.
std::vector<double> shares_of_counts(std::span<const std::uint64_t> counts);

/// What the index stays below with this probability when nothing has changed:
/// (1/n + 1/m) * quantile of chi-squared with bins - 1 degrees (Yurdakul 2018, Western Michigan
/// University, dissertation 3208). The usual 0.1 and 0.25 are wrong for small numbers: with 768
/// against 100 people, 0.1 is passed by chance almost every second time.
double population_stability_limit(std::size_t bins, double reference_count, double current_count,
                                  double probability = 0.95);

/// The index of two counted groups, and how likely one as large is when nothing has changed.
struct PopulationShift {
  double index = 0;
  double p = 1;          // index / (1/n + 1/m) against chi-squared (Yurdakul 2018)
  std::size_t bins = 0;  // that are not empty in both; fewer than two: nothing can be told
};

/// H0: both groups are of the same people. reference, current: counts of the same bins.
PopulationShift population_shift(std::span<const std::uint64_t> reference,
                                 std::span<const std::uint64_t> current);

}  // namespace relearn
