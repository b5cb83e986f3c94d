#include "clinical/anonymity.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

namespace relearn {
namespace {

/// A value that orders: missing is below all others, zero has one sign.
double orderly(double value) {
  return std::isnan(value) ? -std::numeric_limits<double>::infinity() : value + 0.0;
}

/// -1, 0 or 1 as row a comes before, with or after row b.
int compare(const QuasiIdentifiers& columns, std::uint32_t a, std::uint32_t b) {
  for (const std::vector<double>& column : columns) {
    const double left = orderly(column[a]), right = orderly(column[b]);
    if (left != right) return left < right ? -1 : 1;
  }
  return 0;
}

std::uint64_t count_different(std::vector<std::uint32_t> numbers) {
  std::sort(numbers.begin(), numbers.end());
  return static_cast<std::uint64_t>(std::unique(numbers.begin(), numbers.end()) - numbers.begin());
}

}  // namespace

AlikeClasses find_alike(const QuasiIdentifiers& columns, std::span<const std::uint32_t> persons) {
  for ([[maybe_unused]] const auto& column : columns) assert(column.size() == persons.size());
  std::vector<std::uint32_t> order(persons.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const int way = compare(columns, a, b);
    return way != 0 ? way < 0 : persons[a] < persons[b];
  });
  AlikeClasses alike;
  alike.class_of.resize(persons.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const bool first = i == 0 || compare(columns, order[i - 1], order[i]) != 0;
    if (first) alike.persons_in.push_back(0);
    if (first || persons[order[i - 1]] != persons[order[i]]) ++alike.persons_in.back();
    alike.class_of[order[i]] = static_cast<std::uint32_t>(alike.persons_in.size() - 1);
  }
  return alike;
}

Anonymity measure_anonymity(const QuasiIdentifiers& columns, std::span<const std::uint32_t> persons,
                            std::uint64_t k) {
  const AlikeClasses alike = find_alike(columns, persons);
  Anonymity found{.rows = persons.size(),
                  .persons = count_different({persons.begin(), persons.end()}),
                  .classes = alike.persons_in.size()};
  if (persons.empty()) return found;
  found.smallest = *std::min_element(alike.persons_in.begin(), alike.persons_in.end());
  for (const std::uint64_t size : alike.persons_in) found.classes_below += size < k;
  for (const std::uint32_t number : alike.class_of) {
    found.rows_below += alike.persons_in[number] < k;
  }
  return found;
}

}  // namespace relearn
