#include "learning/models/weighted_gram.h"

#include <Eigen/Core>
#include <algorithm>

namespace relearn {
namespace {

using Eigen::Index;
using Eigen::Map;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index kRowsAtATime = 256;  // they stay in cache

}  // namespace

std::vector<double> weighted_gram(std::size_t rows, std::size_t columns,
                                  std::span<const double> design, std::span<const double> weights) {
  const auto n = static_cast<Index>(rows);
  const auto d = static_cast<Index>(columns);
  const Map<const MatrixXd> x(design.data(), n, d);
  const Map<const VectorXd> w(weights.data(), n);
  std::vector<double> values((columns + 1) * (columns + 1), 0.0);
  Map<MatrixXd> gram(values.data(), d + 1, d + 1);
  MatrixXd weighted(kRowsAtATime, d);
  for (Index from = 0; from < n; from += kRowsAtATime) {
    const Index count = std::min(kRowsAtATime, n - from);
    const auto block = x.middleRows(from, count);
    auto weighted_block = weighted.topRows(count);
    weighted_block = block.array().colwise() * w.segment(from, count).array();
    gram(0, 0) += w.segment(from, count).sum();
    gram.col(0).tail(d).noalias() += block.transpose() * w.segment(from, count);
    for (Index k = 0; k < d; ++k) {
      gram.col(k + 1).tail(d - k).noalias() +=
          weighted_block.rightCols(d - k).transpose() * block.col(k);
    }
  }
  return values;
}

}  // namespace relearn
