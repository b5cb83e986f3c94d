// How many people are alike: the one definition that whoever writes a cohort file and whoever
// checks one share. It stands here because both may look at a disease, but not at each other
// (docs/decisions/0051-one-count-of-people-alike.md).
//
// Two rows are alike when every quasi-identifier has the same value; a missing value is a value of
// its own. A class is all rows that are alike; its size is the number of different people in it
// (k-anonymity: Sweeney 2002, Int J Uncertain Fuzz 10:557-570, with people instead of rows).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace relearn {

/// Quasi-identifiers, one vector of n values each (NaN = missing); none: all rows are alike.
using QuasiIdentifiers = std::vector<std::vector<double>>;

struct AlikeClasses {
  std::vector<std::uint32_t> class_of;    // n: number of the row's class, dense from 0
  std::vector<std::uint64_t> persons_in;  // size of each class
};

/// persons: n numbers, equal for rows of the same person.
AlikeClasses find_alike(const QuasiIdentifiers& columns, std::span<const std::uint32_t> persons);

struct Anonymity {
  std::uint64_t rows = 0, persons = 0, classes = 0;
  std::uint64_t smallest = 0;                       // size of the smallest class; 0 without rows
  std::uint64_t rows_below = 0, classes_below = 0;  // in classes of fewer than k people
};

Anonymity measure_anonymity(const QuasiIdentifiers& columns, std::span<const std::uint32_t> persons,
                            std::uint64_t k);

}  // namespace relearn
