#include "learning/models/tree_ensemble.h"

#include <algorithm>
#include <cmath>

#include "base/normal.h"
#include "learning/models/trees/tree_grower.h"

namespace relearn {

double score(const TreeEnsemble& ensemble, std::span<const float> x) {
  double sum = 0;
  for (const std::int32_t root : ensemble.roots) {
    sum += static_cast<double>(leaf_value(ensemble, root, x));
  }
  return combined_score(ensemble.combine, ensemble.base, sum, ensemble.roots.size());
}

float leaf_value(const TreeEnsemble& ensemble, std::int32_t root, std::span<const float> x) {
  const TreeEnsemble::Node* node = &ensemble.nodes[static_cast<std::size_t>(root)];
  while (node->feature >= 0) {
    const bool right = x[static_cast<std::size_t>(node->feature)] > node->threshold;
    node = &ensemble.nodes[static_cast<std::size_t>(right ? node->right : node->left)];
  }
  return node->value;
}

double combined_score(TreeEnsemble::Combine combine, double base, double sum, std::size_t trees) {
  if (combine == TreeEnsemble::Combine::Sum) return base + sum;
  const double mean = sum / static_cast<double>(trees);
  return logit(std::clamp(mean, kForestRiskMin, 1 - kForestRiskMin));
}

void append_tree(std::span<const GrownNode> nodes, std::span<const float> values,
                 TreeEnsemble& ensemble) {
  const auto root = static_cast<std::int32_t>(ensemble.nodes.size());
  ensemble.roots.push_back(root);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const GrownNode& node = nodes[i];
    if (node.feature < 0) {
      ensemble.nodes.push_back({.value = values[i]});
    } else {
      ensemble.nodes.push_back({.feature = node.feature,
                                .threshold = node.threshold,
                                .left = root + node.left,
                                .right = root + node.left + 1});
    }
  }
}

std::size_t find_leaf(std::span<const GrownNode> nodes, std::span<const float> x) {
  std::size_t at = 0;
  while (nodes[at].feature >= 0) {
    const bool right = x[static_cast<std::size_t>(nodes[at].feature)] > nodes[at].threshold;
    at = static_cast<std::size_t>(nodes[at].left) + (right ? 1 : 0);
  }
  return at;
}

std::vector<float> row_major(const Features& features, std::span<const std::uint32_t> rows) {
  std::vector<float> values(rows.size() * features.columns);
  for (std::size_t j = 0; j < features.columns; ++j) {
    const std::span<const float> column = features.column(j);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      values[i * features.columns + j] = column[rows[i]];
    }
  }
  return values;
}

}  // namespace relearn
