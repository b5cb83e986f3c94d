// Columns with each value replaced by its rank: what exact tree growing needs of the numbers, made
// once and shared by every tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "learning/models/features.h"

namespace relearn {

/// One bin per distinct value: those of column j are offsets[j] .. offsets[j + 1] - 1, ascending.
/// Rows are numbered anew, 0 .. rows - 1, in the order in which they were given.
struct RankedColumns {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<std::uint32_t> bins;     // rows x columns, row-major: all of one patient together
  std::vector<std::uint32_t> offsets;  // columns + 1
  std::vector<float> values;           // the value of each bin

  std::uint32_t bin(std::size_t row, std::size_t column) const {
    return bins[row * columns + column];
  }
};

RankedColumns rank_columns(const Features& features, std::span<const std::uint32_t> rows);

/// The largest float not above the middle of the two: every float goes to the same side as with the
/// exact middle, and `upper` never goes left. lower < upper.
float threshold_between(float lower, float upper);

}  // namespace relearn
