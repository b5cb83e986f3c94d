// Who is learnt from and who is predicted. The unit is always the person: no option lets one person
// stand on both sides.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "learning/cohort/cohort.h"

namespace relearn {

struct Fold {
  std::vector<std::uint32_t> train;  // row numbers of the cohort, ascending
  std::vector<std::uint32_t> test;
};

/// `count` folds of the given rows: each person is in exactly one test set; persons are dealt out
/// stratified by outcome (a person is a case when most of their rows are), balanced by the number
/// of persons, in an order drawn from `seed`. NotReady when a class has fewer than `count` persons.
Result<std::vector<Fold>> person_folds(const Cohort& cohort, std::span<const std::uint32_t> rows,
                                       unsigned count, std::uint64_t seed);

}  // namespace relearn
