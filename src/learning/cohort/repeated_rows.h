// Rows that say the same as an earlier row: the same values and outcome, whoever it is about. In a
// file of many measured values that is a copy; in one of few coarse columns, or of millions of
// people, two people may well coincide. Which it is follows from how often chance would do it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "learning/cohort/baseline.h"
#include "learning/cohort/row_table.h"

namespace relearn {

/// Finds, for each row of one or several readings, an earlier row that is the same.
class RepeatedRows {
 public:
  struct Place {
    const SourceReading* reading = nullptr;
    std::uint32_t row = 0;
  };

  /// The earlier row, or a null reading; in that case this row is now known. The readings must stay
  /// where they are and keep their values.
  Place find_or_add(const SourceReading& reading, std::uint32_t row);

 private:
  Place place_of(std::uint32_t number) const;

  RowTable table_;
  /// Number of the first row of each reading: numbers go on from one to the next.
  struct Numbered {
    const SourceReading* reading;
    std::uint32_t first;
  };
  std::vector<Numbered> readings_;
};

/// The chance that two rows agree in everything, were the columns independent: the product over
/// columns of the chance that two values agree, each estimated on up to 20,000 rows. Columns that
/// go together make it larger; kRepeatFactor allows for that.
double coincidence_chance(const SourceReading& reading);

/// More coincidences than this times those expected of independent columns are copies.
inline constexpr double kRepeatFactor = 100;

}  // namespace relearn
