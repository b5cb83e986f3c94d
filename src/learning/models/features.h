// Encoded predictors: what a family's learner sees. No NaN, no text; see Encoder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace relearn {

/// n x d, column-major.
struct Features {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<float> values;

  std::span<const float> column(std::size_t j) const {
    return std::span(values).subspan(j * rows, rows);
  }
  float at(std::size_t i, std::size_t j) const { return values[j * rows + i]; }
};

/// The rows of a feature table that a learner may look at.
struct TrainingSet {
  const Features& features;
  std::span<const std::uint8_t> outcomes;  // of all rows of the table
  std::span<const double> weights;         // of all rows of the table
  std::span<const std::uint32_t> rows;     // row numbers to learn from, ascending
};

}  // namespace relearn
