#include "lifecycle/training/judged_people.h"

#include <algorithm>

namespace relearn {

void append_people(Cohort& people, const Cohort& more) {
  std::vector<float> values;
  values.reserve(people.values.size() + more.values.size());
  for (std::size_t j = 0; j < people.columns.size(); ++j) {
    for (const Cohort* part : {static_cast<const Cohort*>(&people), &more}) {
      const auto column = part->column(j);
      values.insert(values.end(), column.begin(), column.end());
    }
  }
  people.values = std::move(values);
  const auto append = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  std::uint32_t next = 0;
  for (const std::uint32_t person : people.persons) next = std::max(next, person + 1);
  for (const std::uint32_t person : more.persons) people.persons.push_back(next + person);
  append(people.outcomes, more.outcomes);
  append(people.weights, more.weights);
  append(people.sources, more.sources);
  append(people.files, more.files);
  append(people.contributors, more.contributors);
  append(people.is_new, more.is_new);
  append(people.served_risks, more.served_risks);
}

std::vector<std::uint32_t> rows_of_part(const JudgedPeople& judged, JudgedPart part,
                                        std::span<const std::uint8_t> member) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < judged.people.rows(); ++row) {
    const bool locked = row < judged.locked_rows;
    if (part == JudgedPart::Locked && !locked) continue;
    if (part == JudgedPart::New && locked) continue;
    if (!member.empty() && member[row] == 0) continue;
    rows.push_back(row);
  }
  return rows;
}

PairedRisks pair_up(const JudgedPeople& judged, std::span<const double> reference,
                    std::span<const std::uint32_t> rows) {
  PairedRisks pairs;
  for (const std::uint32_t row : rows) {
    pairs.add(judged.people.outcomes[row], judged.candidate[row], reference[row],
              judged.people.persons[row]);
  }
  return pairs;
}

}  // namespace relearn
