// Invented people in whom it is known what can be learnt, for the tests of everything that learns.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "base/normal.h"
#include "base/random.h"
#include "learning/models/features.h"

namespace relearn::testing {

struct People {
  Features features;
  std::vector<std::uint8_t> outcomes;
  std::vector<double> weights;
  std::vector<std::uint32_t> rows;  // all

  TrainingSet training() const { return {features, outcomes, weights, rows}; }
  std::vector<float> row(std::size_t i) const {
    std::vector<float> x;
    for (std::size_t j = 0; j < features.columns; ++j) x.push_back(features.at(i, j));
    return x;
  }
};

/// Adds a column to the right.
inline void add_column(People& people, std::span<const float> values) {
  people.features.values.insert(people.features.values.end(), values.begin(), values.end());
  ++people.features.columns;
}

/// `columns` independent standard normal columns; log-odds = signal * (x_0 - x_1 + |x_2| - 0.8),
/// the rest is noise. columns >= 3. Signal 0: nothing can be learnt.
inline People planted_people(std::size_t count, std::size_t columns, double signal,
                             std::uint64_t seed) {
  People people;
  people.features.rows = count;
  people.weights.assign(count, 1.0);
  people.rows.resize(count);
  std::iota(people.rows.begin(), people.rows.end(), 0u);
  Random random(seed);
  for (std::size_t j = 0; j < columns; ++j) {
    std::vector<float> values;
    for (std::size_t i = 0; i < count; ++i) values.push_back(static_cast<float>(random.normal()));
    add_column(people, values);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const Features& x = people.features;
    const double bent = std::max(x.at(i, 2), -x.at(i, 2)) - 0.8;
    const double risk = logistic(signal * (x.at(i, 0) - x.at(i, 1) + bent));
    people.outcomes.push_back(random.uniform() < risk ? 1 : 0);
  }
  return people;
}

/// The chance that a case scores higher than a non-case, ties one half, by looking at every pair.
inline double auroc_by_pairs(std::span<const double> scores,
                             std::span<const std::uint8_t> outcomes) {
  double pairs = 0, won = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    for (std::size_t k = 0; k < scores.size(); ++k) {
      if (outcomes[i] == 0 || outcomes[k] == 1) continue;
      ++pairs;
      won += scores[i] > scores[k] ? 1.0 : scores[i] == scores[k] ? 0.5 : 0.0;
    }
  }
  return won / pairs;
}

}  // namespace relearn::testing
