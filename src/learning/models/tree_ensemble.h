// The score of one patient by many trees, and how grown trees become an ensemble.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "learning/models/features.h"
#include "learning/models/model.h"

namespace relearn {

struct GrownNode;

/// The log-odds of one patient; adds up the trees in their order. x: d encoded values, no NaN.
double score(const TreeEnsemble& ensemble, std::span<const float> x);

/// The value of the leaf of one tree that x falls into.
float leaf_value(const TreeEnsemble& ensemble, std::int32_t root, std::span<const float> x);

/// The log-odds from the sum of the leaf values of that many trees; see TreeEnsemble.
double combined_score(TreeEnsemble::Combine combine, double base, double sum, std::size_t trees);

/// Adds one grown tree. values: one per node; those of leaves are kept.
void append_tree(std::span<const GrownNode> nodes, std::span<const float> values,
                 TreeEnsemble& ensemble);

/// The leaf of a grown tree that x (d values) falls into.
std::size_t find_leaf(std::span<const GrownNode> nodes, std::span<const float> x);

/// Rows of a feature table, rows x columns, row-major: the order in which trees are walked.
std::vector<float> row_major(const Features& features, std::span<const std::uint32_t> rows);

}  // namespace relearn
