// Rows that say the same as an earlier row: the same values and outcome, whoever it is about. In a
// file of many measured values that is a copy; in one of few coarse columns, or of millions of
// people, two people may well coincide. Which it is follows from how often chance would do it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
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

/// How many rows of a reading would by chance equal a given row, were its columns independent among
/// the rows that lack the same values: that many rows times, for each value that is there, the
/// share of equal values, estimated on up to 20,000 rows.
class ChanceTwins {
 public:
  explicit ChanceTwins(const SourceReading& reading);

  /// A row of the same or of another reading of the disease.
  double expected(const SourceReading& of, std::uint32_t row) const;

 private:
  std::array<std::map<std::uint64_t, std::uint32_t>, 2>
      rows_lacking_;                                        // by outcome, what is missing
  std::array<std::vector<std::vector<float>>, 2> samples_;  // by outcome, predictor; ascending
};

/// Above this number of expected twins a twin is put down to chance. Columns that go together make
/// the true expectation larger than ChanceTwins says; this leaves a factor of 1000 for that.
inline constexpr double kChanceTwinsMax = 0.001;

}  // namespace relearn
