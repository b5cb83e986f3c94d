// L and N side by side: the people on whom a candidate is judged, with what each model told them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "learning/cohort/cohort.h"
#include "learning/evaluation/comparison.h"

namespace relearn {

/// Rows of L first, then those of N. Risks: one a row.
struct JudgedPeople {
  Cohort people;
  std::size_t locked_rows = 0;
  std::vector<double> candidate;  // on N cross-fitted
  std::vector<double> champion;   // on N as served; empty: there is none
  std::vector<double> anchor;     // empty: there is none; on N not meaningful
};

enum class JudgedPart { Locked, New, Both };

/// `more` behind the rows of `people`, which has the same columns; persons of the two are different
/// people.
void append_people(Cohort& people, const Cohort& more);

/// The rows of a part; `member` (one a row), when not empty, leaves out those with 0.
std::vector<std::uint32_t> rows_of_part(const JudgedPeople& judged, JudgedPart part,
                                        std::span<const std::uint8_t> member = {});

/// The candidate against `reference` (champion or anchor, one a row) on these rows.
PairedRisks pair_up(const JudgedPeople& judged, std::span<const double> reference,
                    std::span<const std::uint32_t> rows);

}  // namespace relearn
