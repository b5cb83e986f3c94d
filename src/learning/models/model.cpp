#include "learning/models/model.h"

#include <algorithm>
#include <cmath>

#include "learning/models/scratch_buffer.h"
#include "learning/models/tree_ensemble.h"

namespace relearn {
namespace {

double cubed_if_positive(double value) { return value > 0 ? value * value * value : 0.0; }

double linear_score(double intercept, std::span<const double> coefficients,
                    std::span<const float> x) {
  double sum = intercept;
  for (std::size_t j = 0; j < coefficients.size(); ++j) {
    sum += coefficients[j] * static_cast<double>(x[j]);
  }
  return sum;
}

double score_kind(const LinearModel& model, std::span<const float> x) {
  return linear_score(model.intercept, model.coefficients, x);
}

double score_kind(const SplineModel& model, std::span<const float> x) {
  double sum = linear_score(model.intercept, model.coefficients, x);
  for (const SplineModel::Term& term : model.terms) {
    const double u = x[term.column];
    for (std::size_t k = 0; k < term.coefficients.size(); ++k) {
      sum += term.coefficients[k] * spline_basis(term.knots, k, u);
    }
  }
  return sum;
}

double score_kind(const KernelModel& model, std::span<const float> x) {
  const std::size_t d = model.means.size();
  ScratchBuffer<double> scratch(d);
  const std::span<double> z = scratch.values();
  for (std::size_t j = 0; j < d; ++j) {
    z[j] = (static_cast<double>(x[j]) - model.means[j]) / model.scales[j];
  }
  double sum = model.intercept;
  for (std::size_t m = 0; m < model.weights.size(); ++m) {
    const double* support = model.support.data() + m * d;
    double distance = 0;
    for (std::size_t j = 0; j < d; ++j) distance += (z[j] - support[j]) * (z[j] - support[j]);
    sum += model.weights[m] * std::exp(-model.gamma * distance);
  }
  return sum;
}

double score_kind(const TreeEnsemble& model, std::span<const float> x) { return score(model, x); }

}  // namespace

double spline_basis(std::span<const double> knots, std::size_t k, double u) {
  const std::size_t m = knots.size();
  const double last = knots[m - 1];
  const double next_to_last = knots[m - 2];
  const double gap = last - next_to_last;
  const double range = last - knots[0];
  return (cubed_if_positive(u - knots[k]) -
          cubed_if_positive(u - next_to_last) * (last - knots[k]) / gap +
          cubed_if_positive(u - last) * (next_to_last - knots[k]) / gap) /
         (range * range);
}

double score(const Model& model, std::span<const float> x) {
  return std::visit([x](const auto& kind) { return score_kind(kind, x); }, model);
}

}  // namespace relearn
