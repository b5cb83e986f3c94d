// Training rows with every column centred and scaled, for the families whose penalty or kernel
// compares columns with each other.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "learning/models/features.h"
#include "learning/models/model.h"

namespace relearn {

/// The scale given to a column that is the same for every training row: whatever a later patient
/// has there is scaled to nothing, because nothing is known about it.
inline constexpr double kIgnoredScale = 1e30;

struct Standardised {
  std::size_t rows = 0;        // n, the training rows in their order
  std::size_t columns = 0;     // d
  std::vector<double> values;  // n x d, column-major: weighted mean 0, divided by the scale
  std::vector<double> means;   // d
  std::vector<double> scales;  // d, > 0

  std::span<const double> column(std::size_t j) const {
    return std::span(values).subspan(j * rows, rows);
  }
  std::size_t varying_columns() const;
};

/// The scale is the standard deviation; of a column with two values it is half their distance, so
/// that a code which few patients have is not magnified (nor its penalty diminished) by its rarity.
Standardised standardise(const TrainingSet& training);

/// The linear model on standardised columns as one on the columns themselves.
LinearModel unscaled(const Standardised& x, double intercept, std::span<const double> coefficients);

/// Outcomes and weights of the training rows, in their order.
std::vector<std::uint8_t> training_outcomes(const TrainingSet& training);
std::vector<double> training_weights(const TrainingSet& training);

}  // namespace relearn
