#include "learning/metrics/persons.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace relearn {
namespace {

constexpr std::size_t kTableMax = 8;  // places in the table for each row

}  // namespace

PersonIndex index_persons(std::span<const std::uint32_t> persons, std::size_t rows) {
  PersonIndex index;
  index.of_row.resize(rows);
  if (persons.empty()) {
    std::iota(index.of_row.begin(), index.of_row.end(), 0u);
    index.count = rows;
    return index;
  }
  // Numbers as small as a cohort's are looked up in a table, any others in a sorted list.
  const std::uint32_t largest = rows == 0 ? 0 : *std::max_element(persons.begin(), persons.end());
  std::vector<std::uint32_t> known;
  if (largest / kTableMax >= rows) {
    known.assign(persons.begin(), persons.end());
    std::sort(known.begin(), known.end());
    known.erase(std::unique(known.begin(), known.end()), known.end());
  }
  const auto place_of = [&](std::uint32_t person) -> std::size_t {
    if (known.empty()) return person;
    return static_cast<std::size_t>(std::lower_bound(known.begin(), known.end(), person) -
                                    known.begin());
  };
  constexpr std::uint32_t kUnseen = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> number(known.empty() ? std::size_t{largest} + 1 : known.size(),
                                    kUnseen);
  for (std::size_t i = 0; i < rows; ++i) {
    std::uint32_t& mine = number[place_of(persons[i])];
    if (mine == kUnseen) mine = static_cast<std::uint32_t>(index.count++);
    index.of_row[i] = mine;
  }
  return index;
}

std::vector<double> person_sums(const PersonIndex& persons, std::span<const double> values) {
  std::vector<double> sums(persons.count, 0.0);
  for (std::size_t i = 0; i < values.size(); ++i) sums[persons.of_row[i]] += values[i];
  return sums;
}

double variance_of_sum(const PersonIndex& persons, std::span<const double> centred) {
  if (persons.count < 2) return std::numeric_limits<double>::infinity();
  double squares = 0;
  for (const double sum : person_sums(persons, centred)) squares += sum * sum;
  const double k = static_cast<double>(persons.count);
  return k / (k - 1) * squares;
}

double design_effect(const PersonIndex& persons, std::span<const double> centred) {
  if (!persons.repeated()) return 1;
  const double n = static_cast<double>(centred.size());
  double squares = 0;
  for (const double value : centred) squares += value * value;
  // Rows that are all alike say nothing about likeness inside persons: count persons then.
  if (squares <= 0 || persons.count < 2) return n / static_cast<double>(persons.count);
  return std::max(1.0, variance_of_sum(persons, centred) / (n / (n - 1) * squares));
}

Estimate mean_estimate(const PersonIndex& persons, std::span<const double> values, Bounds bounds) {
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  std::vector<double> centred(values.begin(), values.end());
  for (double& value : centred) value -= mean;
  return normal_interval(mean, std::sqrt(variance_of_sum(persons, centred)) / n, bounds);
}

Result<void> check_scores(std::span<const std::uint8_t> outcomes, std::span<const double> scores,
                          std::span<const std::uint32_t> persons, Classes classes) {
  const std::size_t n = outcomes.size();
  if (scores.size() != n || (!persons.empty() && persons.size() != n)) {
    return invalid_input(
        fmt::format("a metric was given {} outcomes, {} risks and {} persons; "
                    "they must be equally many",
                    n, scores.size(), persons.size()));
  }
  std::size_t cases = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (outcomes[i] > 1) {
      return invalid_input(
          fmt::format("outcome of row {} is {}; it must be 0 or 1", i + 1, outcomes[i]));
    }
    if (!std::isfinite(scores[i])) {
      return invalid_input(
          fmt::format("risk of row {} is {}; it must be a number", i + 1, scores[i]));
    }
    cases += outcomes[i];
  }
  if (n == 0) return not_ready("undefined: no rows");
  if (classes == Classes::BothNeeded && (cases == 0 || cases == n)) {
    return not_ready("undefined: one class only");
  }
  return {};
}

Result<void> check_risks(std::span<const std::uint8_t> outcomes, std::span<const double> risks,
                         std::span<const std::uint32_t> persons, Classes classes) {
  TRY(check_scores(outcomes, risks, persons, classes));
  for (std::size_t i = 0; i < risks.size(); ++i) {
    if (risks[i] < 0 || risks[i] > 1) {
      return invalid_input(
          fmt::format("risk of row {} is {}, outside 0 to 1; is it a percentage or log-odds?",
                      i + 1, risks[i]));
    }
  }
  return {};
}

}  // namespace relearn
