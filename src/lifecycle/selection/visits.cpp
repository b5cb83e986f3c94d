#include "lifecycle/selection/visits.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace relearn {
namespace {

constexpr std::int64_t kGuest = -1;

std::int64_t person_of(const ConfirmedRecord& record) {
  return record.prediction.person ? record.prediction.person->value : kGuest;
}

/// Of each person's same inputs, only the first stays; for guests also by outcome.
void take_repeated(std::span<const ConfirmedRecord* const> records, Visits& visits,
                   std::vector<std::size_t>& left) {
  using Inputs = std::vector<std::pair<std::string, double>>;
  std::map<std::tuple<std::int64_t, OutcomeValue, Inputs>, std::size_t> seen;
  for (std::size_t i = 0; i < records.size(); ++i) {
    Inputs inputs = records[i]->prediction.inputs;
    std::ranges::sort(inputs);
    const bool first =
        seen.try_emplace({person_of(*records[i]), records[i]->value, std::move(inputs)}, i).second;
    (first ? left : visits.repeated).push_back(i);
  }
}

}  // namespace

Visits one_row_a_visit(std::span<const ConfirmedRecord* const> records) {
  Visits visits;
  std::vector<std::size_t> distinct;
  take_repeated(records, visits, distinct);
  std::map<std::pair<std::int64_t, Date>, std::vector<std::size_t>> days;
  for (const std::size_t i : distinct) {
    if (person_of(*records[i]) == kGuest) {
      visits.kept.push_back(i);
    } else {
      days[{person_of(*records[i]), date_of(records[i]->prediction.made_at)}].push_back(i);
    }
  }
  for (const auto& [day, of_visit] : days) {
    std::set<OutcomeValue> values;
    for (const std::size_t i : of_visit) values.insert(records[i]->value);
    if (values.size() > 1) {
      visits.contradictory.insert(visits.contradictory.end(), of_visit.begin(), of_visit.end());
      continue;
    }
    const auto last = std::ranges::max_element(of_visit, [&](std::size_t a, std::size_t b) {
      return std::tie(records[a]->prediction.made_at, records[a]->prediction.id) <
             std::tie(records[b]->prediction.made_at, records[b]->prediction.id);
    });
    for (const std::size_t i : of_visit) (i == *last ? visits.kept : visits.repeated).push_back(i);
  }
  std::ranges::sort(visits.kept);
  std::ranges::sort(visits.repeated);
  std::ranges::sort(visits.contradictory);
  return visits;
}

}  // namespace relearn
