#include "learning/evaluation/predicted_rows.h"

#include <fmt/format.h>

#include <cmath>

#include "learning/metrics/persons.h"

namespace relearn {

Result<void> check_repeats(const ReportInput& input) {
  const std::size_t n = input.outcomes.size();
  if (input.repeats.empty()) return invalid_input("a report needs risks, at least one repeat");
  for (std::size_t r = 0; r < input.repeats.size(); ++r) {
    if (input.repeats[r].size() == n) continue;
    return invalid_input(
        fmt::format("repeat {} has {} risks for {} outcomes", r + 1, input.repeats[r].size(), n));
  }
  if (!input.persons.empty() && input.persons.size() != n) {
    return invalid_input(
        fmt::format("a report was given {} persons for {} outcomes", input.persons.size(), n));
  }
  return {};
}

std::vector<PredictedRows> predicted_rows(const ReportInput& input,
                                          std::span<const std::uint8_t> member) {
  std::vector<PredictedRows> all;
  for (const std::vector<double>& risks : input.repeats) {
    PredictedRows predicted;
    for (std::size_t i = 0; i < risks.size(); ++i) {
      if (std::isnan(risks[i]) || (!member.empty() && member[i] == 0)) continue;
      predicted.rows.push_back(static_cast<std::uint32_t>(i));
      predicted.outcomes.push_back(input.outcomes[i]);
      predicted.risks.push_back(risks[i]);
      predicted.who.push_back(input.persons.empty() ? predicted.rows.back() : input.persons[i]);
    }
    // Who is there once needs no grouping; metrics are quicker without.
    if (index_persons(predicted.who, predicted.who.size()).repeated()) {
      predicted.persons = predicted.who;
    }
    all.push_back(std::move(predicted));
  }
  return all;
}

}  // namespace relearn
