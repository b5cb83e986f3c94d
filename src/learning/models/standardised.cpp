#include "learning/models/standardised.h"

#include <algorithm>
#include <cmath>

namespace relearn {

std::size_t Standardised::varying_columns() const {
  return columns - static_cast<std::size_t>(std::ranges::count(scales, kIgnoredScale));
}

std::vector<std::uint8_t> training_outcomes(const TrainingSet& training) {
  std::vector<std::uint8_t> outcomes;
  for (const std::uint32_t row : training.rows) outcomes.push_back(training.outcomes[row]);
  return outcomes;
}

std::vector<double> training_weights(const TrainingSet& training) {
  std::vector<double> weights;
  for (const std::uint32_t row : training.rows) weights.push_back(training.weights[row]);
  return weights;
}

namespace {

/// Whether a column has two values only, and perhaps one between them: what is filled in where the
/// value is missing.
struct TwoValues {
  float low, high;
  float between = low;  // low: none yet
  bool all = true;

  void see(float value) {
    if (value == low || value == high) return;
    if (between == low) between = value;
    all = all && value == between;
  }
};

}  // namespace

Standardised standardise(const TrainingSet& training) {
  const std::vector<double> weights = training_weights(training);
  double total = 0;
  for (const double weight : weights) total += weight;

  Standardised result{training.rows.size(), training.features.columns, {}, {}, {}};
  result.values.reserve(result.rows * result.columns);
  for (std::size_t j = 0; j < result.columns; ++j) {
    const std::span<const float> column = training.features.column(j);
    double mean = 0;
    float low = column[training.rows.front()], high = low;
    for (std::size_t i = 0; i < result.rows; ++i) {
      const float value = column[training.rows[i]];
      mean += weights[i] * value;
      low = std::min(low, value);
      high = std::max(high, value);
    }
    mean /= total;
    if (low == high) {
      result.means.push_back(low);
      result.scales.push_back(kIgnoredScale);
      result.values.insert(result.values.end(), result.rows, 0.0);
      continue;
    }
    double variance = 0;
    TwoValues two_values{low, high};
    for (std::size_t i = 0; i < result.rows; ++i) {
      const float value = column[training.rows[i]];
      two_values.see(value);
      variance += weights[i] * (value - mean) * (value - mean);
    }
    const double scale = two_values.all ? (double{high} - low) / 2 : std::sqrt(variance / total);
    result.means.push_back(mean);
    result.scales.push_back(scale);
    for (const std::uint32_t row : training.rows) {
      result.values.push_back((column[row] - mean) / scale);
    }
  }
  return result;
}

LinearModel unscaled(const Standardised& x, double intercept,
                     std::span<const double> coefficients) {
  LinearModel model{intercept, {}};
  for (std::size_t j = 0; j < x.columns; ++j) {
    model.coefficients.push_back(coefficients[j] / x.scales[j]);
    model.intercept -= model.coefficients[j] * x.means[j];
  }
  return model;
}

}  // namespace relearn
