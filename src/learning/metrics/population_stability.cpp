#include "learning/metrics/population_stability.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "learning/metrics/distributions.h"

namespace relearn {

std::vector<double> shares_of_counts(std::span<const std::uint64_t> counts) {
  const double bins = static_cast<double>(counts.size());
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0) + 0.5 * bins;
  std::vector<double> shares;
  for (const std::uint64_t count : counts) {
    shares.push_back((static_cast<double>(count) + 0.5) / total);
  }
  return shares;
}

Result<double> population_stability(std::span<const double> reference,
                                    std::span<const double> current) {
  if (reference.size() != current.size() || reference.size() < 2) {
    return invalid_input(
        fmt::format("population stability needs the same bins, two at least; got "
                    "{} and {}",
                    reference.size(), current.size()));
  }
  double index = 0;
  for (std::size_t b = 0; b < reference.size(); ++b) {
    if (!(reference[b] > 0 && current[b] > 0)) {
      return invalid_input(fmt::format("share of bin {} is not above 0", b + 1));
    }
    index += (current[b] - reference[b]) * std::log(current[b] / reference[b]);
  }
  return index;
}

double population_stability_limit(std::size_t bins, double reference_count, double current_count,
                                  double probability) {
  return (1 / reference_count + 1 / current_count) *
         chi_squared_quantile(probability, static_cast<double>(bins - 1));
}

PopulationShift population_shift(std::span<const std::uint64_t> reference,
                                 std::span<const std::uint64_t> current) {
  std::vector<std::uint64_t> before, now;
  double n = 0, m = 0;
  for (std::size_t bin = 0; bin < std::min(reference.size(), current.size()); ++bin) {
    if (reference[bin] + current[bin] == 0) continue;
    before.push_back(reference[bin]);
    now.push_back(current[bin]);
    n += static_cast<double>(reference[bin]);
    m += static_cast<double>(current[bin]);
  }
  PopulationShift shift;
  shift.bins = before.size();
  if (before.size() < 2 || n == 0 || m == 0) return shift;
  const auto index = population_stability(shares_of_counts(before), shares_of_counts(now));
  if (!index.ok()) return shift;
  shift.index = index.value();
  shift.p =
      1 - chi_squared_cdf(shift.index / (1 / n + 1 / m), static_cast<double>(before.size() - 1));
  return shift;
}

}  // namespace relearn
