// Rows of one person are not independent. Every interval here treats the person as the unit: what
// the rows of a person add up to is one observation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "learning/metrics/estimate.h"

namespace relearn {

/// Persons renumbered 0 .. count-1 in order of first appearance.
struct PersonIndex {
  std::vector<std::uint32_t> of_row;  // n
  std::size_t count = 0;

  bool repeated() const { return count < of_row.size(); }
};

/// persons: n, any numbers, or empty: each row is a person of its own.
PersonIndex index_persons(std::span<const std::uint32_t> persons, std::size_t rows);

/// The sum of each person's rows. values: n.
std::vector<double> person_sums(const PersonIndex& persons, std::span<const double> values);

/// Variance of a sum of n contributions whose expectation is zero, persons independent:
/// k / (k - 1) times the sum over k persons of their squared sums (Rao & Scott 1992, Biometrics
/// 48:577, for ratios; Liang & Zeger 1986, Biometrika 73:13, in general). Infinite for one person.
double variance_of_sum(const PersonIndex& persons, std::span<const double> centred);

/// How much wider repeated rows make the variance of a sum than n independent rows would: 1 when
/// nobody repeats, never less than 1. Kish 1965, Survey Sampling.
double design_effect(const PersonIndex& persons, std::span<const double> centred);

/// Mean over rows; standard error from the persons' sums. values: n >= 1.
Estimate mean_estimate(const PersonIndex& persons, std::span<const double> values, Bounds bounds);

/// Whether a metric means anything when everybody is a case or nobody is.
enum class Classes { BothNeeded, OneWillDo };

/// The one sentence for what cannot be computed: different lengths, outcomes other than 0 and 1,
/// scores that are not finite (InvalidInput); no rows, one class only (NotReady).
Result<void> check_scores(std::span<const std::uint8_t> outcomes, std::span<const double> scores,
                          std::span<const std::uint32_t> persons,
                          Classes classes = Classes::BothNeeded);
/// The same, and risks outside [0, 1].
Result<void> check_risks(std::span<const std::uint8_t> outcomes, std::span<const double> risks,
                         std::span<const std::uint32_t> persons,
                         Classes classes = Classes::BothNeeded);

}  // namespace relearn
