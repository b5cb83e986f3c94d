// Whose rows are whose, and who is a case: for drawing people within their class.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "learning/cohort/cohort.h"
#include "learning/metrics/persons.h"

namespace relearn {

struct PersonSets {
  PersonIndex index;
  std::vector<std::vector<std::uint32_t>> rows_of;     // by person, ascending
  std::array<std::vector<std::uint32_t>, 2> of_class;  // persons: non-cases, cases (most rows)
};

inline PersonSets person_sets(const Cohort& cohort) {
  PersonSets sets;
  sets.index = index_persons(cohort.persons, cohort.rows());
  sets.rows_of.resize(sets.index.count);
  std::vector<int> balance(sets.index.count, 0);
  for (std::uint32_t row = 0; row < cohort.rows(); ++row) {
    sets.rows_of[sets.index.of_row[row]].push_back(row);
    balance[sets.index.of_row[row]] += cohort.outcomes[row] ? 1 : -1;
  }
  for (std::uint32_t p = 0; p < sets.index.count; ++p) sets.of_class[balance[p] > 0].push_back(p);
  return sets;
}

}  // namespace relearn
