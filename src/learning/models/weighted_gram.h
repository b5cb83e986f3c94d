// The matrix that Newton's method needs again and again, in logistic regression and in the linear
// support vector machine alike.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace relearn {

/// [1 X]' diag(w) [1 X], of which the lower triangle is filled: (d+1) x (d+1), column-major; entry
/// 0 is the intercept. design: n x d, column-major; weights: n. Sums in an order that does not
/// depend on the machine (Eigen's own matrix product blocks by the size of the processor's caches).
std::vector<double> weighted_gram(std::size_t rows, std::size_t columns,
                                  std::span<const double> design, std::span<const double> weights);

}  // namespace relearn
