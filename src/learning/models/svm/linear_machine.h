// The linear support vector machine, solved exactly by an interior-point method.
//
// Why not LIBSVM here: its decomposition takes two patients at a time and needs very many steps
// when the cost is high (docs/decisions/0012); with few columns the whole problem is a handful of
// Newton steps on a (d+1) x (d+1) matrix.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace relearn {

/// Minimise 1/2 |b|^2 + cost * sum_i max(0, 1 - y_i (a + sum_j design_ij b_j)), y = +1 or -1.
struct LinearMachine {
  std::size_t rows = 0;                    // n
  std::size_t columns = 0;                 // d
  std::span<const double> design;          // n x d, column-major
  std::span<const std::uint8_t> outcomes;  // n, both classes present
  double cost = 1;
};

struct LinearMachineFit {
  double intercept = 0;              // a; the middle of its range where several are optimal
  std::vector<double> coefficients;  // b: d
  int steps = 0;                     // kInteriorPointStepsMax: did not converge
};

inline constexpr int kInteriorPointStepsMax = 100;

LinearMachineFit fit_linear_machine(const LinearMachine& problem);

}  // namespace relearn
