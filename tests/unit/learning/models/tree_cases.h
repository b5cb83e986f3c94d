// Made-up training sets for the tests of the tree families.
#pragma once

#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "base/random.h"
#include "learning/models/features.h"

namespace relearn {

struct TreeCase {
  Features features;
  std::vector<std::uint8_t> outcomes;
  std::vector<double> weights;
  std::vector<std::uint32_t> rows;

  TrainingSet training() const { return {features, outcomes, weights, rows}; }
};

enum class Weights { One, Uneven };

/// Columns by turns continuous, of 12 values, and of two; the outcome depends on the first three.
inline TreeCase make_tree_case(std::size_t rows, std::size_t columns, std::uint64_t seed,
                               Weights weights = Weights::One) {
  Random random(seed);
  TreeCase made;
  made.features = {rows, columns, std::vector<float>(rows * columns)};
  for (std::size_t j = 0; j < columns; ++j) {
    for (std::size_t i = 0; i < rows; ++i) {
      const double value = random.normal();
      const double kinds[] = {value, std::round(value * 2), value > 0 ? 1.0 : 0.0};
      made.features.values[j * rows + i] = static_cast<float>(kinds[j % 3]);
    }
  }
  for (std::size_t i = 0; i < rows; ++i) {
    double z = -0.5;
    for (std::size_t j = 0; j < columns && j < 3; ++j) {
      z += static_cast<double>(made.features.at(i, j));
    }
    made.outcomes.push_back(random.uniform() < 1 / (1 + std::exp(-z)) ? 1 : 0);
    made.weights.push_back(weights == Weights::One ? 1.0 : 0.1 + random.uniform());
  }
  made.rows.resize(rows);
  std::iota(made.rows.begin(), made.rows.end(), 0u);
  return made;
}

inline std::vector<float> row_of(const Features& features, std::size_t i) {
  std::vector<float> x(features.columns);
  for (std::size_t j = 0; j < features.columns; ++j) x[j] = features.at(i, j);
  return x;
}

}  // namespace relearn
