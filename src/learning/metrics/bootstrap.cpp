#include "learning/metrics/bootstrap.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/normal.h"
#include "base/random.h"
#include "learning/metrics/quantile.h"

namespace relearn {
namespace {

constexpr std::size_t kDrawsMax = 2000;
constexpr std::size_t kDrawsMin = 200;
constexpr std::size_t kRowVisitsMax = 200'000'000;
constexpr std::uint64_t kSeed = 1;

/// Non-cases, cases.
std::array<std::vector<std::uint32_t>, 2> persons_by_class(std::span<const std::uint8_t> outcomes,
                                                           const PersonIndex& persons) {
  std::vector<int> balance(persons.count, 0);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    balance[persons.of_row[i]] += outcomes[i] ? 1 : -1;
  }
  std::array<std::vector<std::uint32_t>, 2> classes;
  for (std::uint32_t p = 0; p < persons.count; ++p) classes[balance[p] >= 0].push_back(p);
  return classes;
}

}  // namespace

std::vector<double> bootstrap_statistics(std::span<const std::uint8_t> outcomes,
                                         const PersonIndex& persons, const Statistic& statistic) {
  const std::size_t n = outcomes.size();
  const auto classes = persons_by_class(outcomes, persons);
  const std::size_t draws = std::clamp(kRowVisitsMax / n, kDrawsMin, kDrawsMax);
  std::vector<std::uint32_t> drawn(persons.count), times(n);
  std::vector<double> statistics;
  for (std::size_t draw = 0; draw < draws; ++draw) {
    Random random(derive_seed(kSeed, "bootstrap of persons", draw));
    std::fill(drawn.begin(), drawn.end(), 0u);
    for (const auto& members : classes) {
      for (std::size_t k = 0; k < members.size(); ++k) {
        ++drawn[members[random.below(members.size())]];
      }
    }
    for (std::size_t i = 0; i < n; ++i) times[i] = drawn[persons.of_row[i]];
    // A draw without one of the classes, possible where persons have both, has no answer.
    if (const double drawn_value = statistic(times); std::isfinite(drawn_value)) {
      statistics.push_back(drawn_value);
    }
  }
  return statistics;
}

Bounds bca_interval(double value, std::vector<double> statistics,
                    std::span<const double> influence) {
  std::sort(statistics.begin(), statistics.end());
  const double draws = static_cast<double>(statistics.size());
  double below = 0;  // ties count one half, so that a discrete statistic is not called biased
  for (const double drawn : statistics) below += drawn < value ? 1.0 : (drawn > value ? 0.0 : 0.5);
  const double bias = normal_quantile(std::clamp(below / draws, 0.5 / draws, 1 - 0.5 / draws));

  double squares = 0, cubes = 0;
  for (const double u : influence) {
    squares += u * u;
    cubes += u * u * u;
  }
  const double acceleration = squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0;
  const auto corrected = [&](double z) {
    return normal_cdf(bias + (bias + z) / (1 - acceleration * (bias + z)));
  };
  return {quantile(statistics, corrected(-kNormal975)),
          quantile(statistics, corrected(kNormal975))};
}

}  // namespace relearn
