// A fitted model of any family, as plain immutable data. Families share kinds: logistic regression
// and the linear SVM are both LinearModel, forest and boosting both TreeEnsemble. A kind is what
// the model file can say in ONNX; a family is how the numbers were learnt.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

namespace relearn {

/// score = intercept + sum_j coefficients[j] * x[j], scaling already folded in.
struct LinearModel {
  double intercept = 0;
  std::vector<double> coefficients;  // d
  bool operator==(const LinearModel&) const = default;
};

/// An additive model of restricted cubic splines: linear terms plus, for some columns, the
/// non-linear terms of Harrell (Regression Modeling Strategies, section 2.4.5) at their knots.
/// score = intercept + sum_j coefficients[j] x[j] + sum_t sum_k terms[t].coefficients[k] * s_k(x)
/// where, for knots k_1 < .. < k_m, u = x[terms[t].column] and (.)+ = max(., 0):
/// s_k(u) = [ (u-t_k)+^3 - (u-t_{m-1})+^3 (t_m-t_k)/(t_m-t_{m-1})
///            + (u-t_m)+^3 (t_{m-1}-t_k)/(t_m-t_{m-1}) ] / (t_m-t_1)^2,  k = 1 .. m-2
struct SplineModel {
  struct Term {
    std::uint32_t column = 0;
    std::vector<double> knots;         // m >= 3, ascending
    std::vector<double> coefficients;  // m - 2
    bool operator==(const Term&) const = default;
  };
  double intercept = 0;
  std::vector<double> coefficients;  // d, linear terms
  std::vector<Term> terms;
  bool operator==(const SplineModel&) const = default;
};

/// s_k(u) of a SplineModel; knots: m >= 3, ascending; k in 0 .. m-3.
double spline_basis(std::span<const double> knots, std::size_t k, double u);

/// score = sum_m weights[m] exp(-gamma |z - support[m]|^2) + intercept, z_j = (x_j -
/// mean_j)/scale_j
struct KernelModel {
  double gamma = 0;
  double intercept = 0;
  std::vector<double> means;    // d
  std::vector<double> scales;   // d, > 0
  std::vector<double> weights;  // m
  std::vector<double> support;  // m x d, row-major, scaled
  bool operator==(const KernelModel&) const = default;
};

/// Binary trees in one array. A patient with x[feature] <= threshold goes left.
/// Sum: score = base + sum of leaf values (log-odds; boosting).
/// Average: score = logit(clamp(mean of leaf values, kForestRiskMin, 1 - kForestRiskMin)) (forest).
struct TreeEnsemble {
  struct Node {
    std::int32_t feature = -1;  // -1: a leaf
    float threshold = 0;
    std::int32_t left = -1;   // index into nodes
    std::int32_t right = -1;  // index into nodes
    float value = 0;          // leaves
    bool operator==(const Node&) const = default;
  };
  enum class Combine { Sum, Average };
  Combine combine = Combine::Sum;
  double base = 0;
  std::vector<Node> nodes;          // each tree's nodes together, parents before children
  std::vector<std::int32_t> roots;  // index of each tree's first node
  bool operator==(const TreeEnsemble&) const = default;
};

/// No forest is ever surer than this: with 300 votes nothing below 1 in 1000 is known.
inline constexpr double kForestRiskMin = 1e-3;

using Model = std::variant<LinearModel, SplineModel, KernelModel, TreeEnsemble>;

/// The score of one patient: log-odds, or a margin for SVMs. x: d encoded values.
double score(const Model& model, std::span<const float> x);

}  // namespace relearn
