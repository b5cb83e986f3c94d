#include "learning/cohort/folds.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/random.h"

namespace relearn {
namespace {

constexpr std::uint32_t kNoFold = std::numeric_limits<std::uint32_t>::max();

struct PersonsByClass {
  std::vector<std::uint32_t> cases, controls;  // person numbers, ascending
};

PersonsByClass persons_by_class(const Cohort& cohort, std::span<const std::uint32_t> rows) {
  std::uint32_t persons = 0;
  for (const std::uint32_t row : rows) persons = std::max(persons, cohort.persons[row] + 1);
  std::vector<std::uint32_t> total(persons, 0), ill(persons, 0);
  for (const std::uint32_t row : rows) {
    ++total[cohort.persons[row]];
    ill[cohort.persons[row]] += cohort.outcomes[row];
  }
  PersonsByClass result;
  for (std::uint32_t person = 0; person < persons; ++person) {
    if (total[person] == 0) continue;
    auto& group = 2 * ill[person] > total[person] ? result.cases : result.controls;
    group.push_back(person);
  }
  return result;
}

}  // namespace

Result<std::vector<Fold>> person_folds(const Cohort& cohort, std::span<const std::uint32_t> rows,
                                       unsigned count, std::uint64_t seed) {
  if (count < 2)
    return invalid_input(fmt::format("{} folds asked for; at least 2 are needed", count));
  PersonsByClass persons = persons_by_class(cohort, rows);
  if (std::min(persons.cases.size(), persons.controls.size()) < count) {
    return not_ready(fmt::format(
        "{} folds need {} people of each kind; there are {} with the disease and {} without", count,
        count, persons.cases.size(), persons.controls.size()));
  }
  Random random(derive_seed(seed, "person folds"));
  random.shuffle(std::span(persons.cases));
  random.shuffle(std::span(persons.controls));

  // Dealt out like cards, the controls going on where the cases ended: sizes differ by one at most.
  std::vector<std::uint32_t> fold_of;
  std::uint32_t next = 0;
  for (const auto* group : {&persons.cases, &persons.controls}) {
    for (const std::uint32_t person : *group) {
      if (person >= fold_of.size()) fold_of.resize(person + 1, kNoFold);
      fold_of[person] = next++ % count;
    }
  }
  std::vector<std::uint32_t> ascending(rows.begin(), rows.end());
  std::sort(ascending.begin(), ascending.end());
  std::vector<Fold> folds(count);
  for (const std::uint32_t row : ascending) {
    const std::uint32_t home = fold_of[cohort.persons[row]];
    for (std::uint32_t fold = 0; fold < count; ++fold) {
      (fold == home ? folds[fold].test : folds[fold].train).push_back(row);
    }
  }
  return folds;
}

}  // namespace relearn
