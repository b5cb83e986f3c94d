// Penalised logistic regression by Newton's method: the one fit behind logistic regression, its
// spline form, and the updating of a model towards an earlier one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace relearn {

/// Minimise, over an intercept a (never penalised) and coefficients b,
///   - sum_i weights_i [ y_i eta_i - log(1 + exp(eta_i)) ] + 1/2 sum_j penalties_j (b_j -
///   prior_j)^2, eta_i = offset_i + a + sum_j design_ij b_j.
/// With a prior this is the ridge towards earlier coefficients (clinical updating, level 3).
struct PenalisedLogistic {
  std::size_t rows = 0;                    // n > 0
  std::size_t columns = 0;                 // d
  std::span<const double> design;          // n x d, column-major
  std::span<const std::uint8_t> outcomes;  // n, both classes present
  std::span<const double> weights;         // n, > 0
  std::span<const double> penalties;       // d, >= 0
  std::span<const double> offset;          // n; empty: 0
  std::span<const double> prior;           // d; empty: 0
};

struct PenalisedFit {
  double intercept = 0;
  std::vector<double> coefficients;  // d
  int steps = 0;                     // Newton steps taken; kNewtonStepsMax: did not converge
};

inline constexpr int kNewtonStepsMax = 60;

/// Always finite. Columns that repeat each other share their coefficient; without a penalty,
/// separated classes end where the loss no longer falls.
PenalisedFit fit_penalised_logistic(const PenalisedLogistic& problem);

}  // namespace relearn
