// Our trees against scikit-learn's, from tests/golden/scikit_learn_trees.json, which
// benchmarks/trees_vs_sklearn.py wrote. Where two cuts are equally good scikit-learn chooses by
// chance, so a different cut must have the same gain, and below it nothing can be compared.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "learning/models/boosting/boosting.h"
#include "learning/models/tree_ensemble.h"
#include "learning/models/trees/ranked_columns.h"
#include "learning/models/trees/tree_grower.h"
#include "unit/learning/models/tree_cases.h"

namespace relearn {
namespace {

struct GoldenTree {
  std::vector<int> feature;
  std::vector<double> threshold;
  std::vector<std::size_t> left;
  std::vector<std::size_t> right;
  std::vector<double> value;
};

GoldenTree read_tree(const nlohmann::json& json) {
  GoldenTree tree;
  tree.feature = json.at("feature").get<std::vector<int>>();
  tree.threshold = json.at("threshold").get<std::vector<double>>();
  tree.value = json.at("value").get<std::vector<double>>();
  for (const int child : json.at("left")) tree.left.push_back(static_cast<std::size_t>(child));
  for (const int child : json.at("right")) tree.right.push_back(static_cast<std::size_t>(child));
  return tree;
}

class TreeGolden : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream file(RELEARN_SOURCE_DIR "/tests/golden/scikit_learn_trees.json");
    ASSERT_TRUE(file) << "tests/golden/scikit_learn_trees.json is missing";
    golden_ = nlohmann::json::parse(file);
    const auto& x = golden_.at("x");
    data_.features = {x.size(), x.at(0).size(), {}};
    for (std::size_t j = 0; j < data_.features.columns; ++j) {
      for (const auto& row : x) data_.features.values.push_back(row.at(j).get<float>());
    }
    data_.outcomes = golden_.at("outcomes").get<std::vector<std::uint8_t>>();
    data_.weights.assign(x.size(), 1.0);
    data_.rows.resize(x.size());
    std::iota(data_.rows.begin(), data_.rows.end(), 0u);
  }

  double gain(std::span<const std::uint32_t> rows, std::size_t column, double threshold) const {
    double target[2] = {0, 0};
    double weight[2] = {0, 0};
    for (const std::uint32_t row : rows) {
      const bool left = static_cast<double>(data_.features.at(row, column)) <= threshold;
      target[left] += data_.weights[row] * targets_[row];
      weight[left] += data_.weights[row];
    }
    const double difference = target[0] / weight[0] - target[1] / weight[1];
    return difference * difference * weight[0] * weight[1];
  }

  bool equal_targets(const std::vector<std::uint32_t>& rows) const {
    return std::all_of(rows.begin(), rows.end(), [&](std::uint32_t row) {
      return std::abs(targets_[row] - targets_[rows.front()]) < 1e-12;
    });
  }

  /// Compares node `a` of our ensemble with node `b` of theirs, which hold the same rows.
  void compare(const TreeEnsemble& ours, std::int32_t a, const GoldenTree& theirs, std::size_t b,
               const std::vector<std::uint32_t>& rows) {
    const TreeEnsemble::Node& node = ours.nodes[static_cast<std::size_t>(a)];
    // scikit-learn finds a variance of a few 1e-16 in equal targets and then cuts them for no gain.
    if (node.feature < 0 && theirs.feature[b] >= 0 && equal_targets(rows)) return;
    ASSERT_EQ(node.feature < 0, theirs.feature[b] < 0) << rows.size() << " rows";
    if (node.feature < 0) {
      EXPECT_NEAR(static_cast<double>(node.value), theirs.value[b], 1e-5);
      ++same_;
      return;
    }
    const auto mine = static_cast<std::size_t>(node.feature);
    const auto golden = static_cast<std::size_t>(theirs.feature[b]);
    std::vector<std::uint32_t> left;
    std::vector<std::uint32_t> right;
    bool same_rows = true;
    for (const std::uint32_t row : rows) {
      const bool goes_left = data_.features.at(row, mine) <= node.threshold;
      const auto value = static_cast<double>(data_.features.at(row, golden));
      same_rows &= goes_left == (value <= theirs.threshold[b]);
      (goes_left ? left : right).push_back(row);
    }
    const double gain_mine = gain(rows, mine, static_cast<double>(node.threshold));
    const double gain_golden = gain(rows, golden, theirs.threshold[b]);
    EXPECT_NEAR(gain_mine, gain_golden, 1e-7 * std::max(1.0, gain_golden));
    if (!same_rows) {
      diverged_ = true;
      return;
    }
    same_ += mine == golden;
    if (mine == golden) {
      EXPECT_NEAR(static_cast<double>(node.threshold), theirs.threshold[b],
                  1e-6 * std::max(1.0, std::abs(theirs.threshold[b])));
    }
    compare(ours, node.left, theirs, theirs.left[b], left);
    compare(ours, node.right, theirs, theirs.right[b], right);
  }

  nlohmann::json golden_;
  TreeCase data_;
  std::vector<double> targets_;
  CancelToken cancel_;
  int same_ = 0;
  bool diverged_ = false;
};

TEST_F(TreeGolden, AForestsTreeOnAWeightedSampleIsScikitLearns) {
  data_.weights = golden_.at("weights").get<std::vector<double>>();
  targets_.assign(data_.outcomes.begin(), data_.outcomes.end());
  const auto& limits = golden_.at("limits").at("forest");
  const RankedColumns columns = rank_columns(data_.features, data_.rows);
  TreeGrower grower(columns);
  const auto nodes = grower.grow({data_.rows, data_.weights, targets_},
                                 {.rows_to_split_min = limits.at("split").get<std::uint32_t>(),
                                  .rows_in_leaf_min = limits.at("leaf").get<std::uint32_t>()},
                                 1, cancel_);
  std::vector<float> values;
  for (const GrownNode& node : nodes.value()) values.push_back(static_cast<float>(node.mean));
  TreeEnsemble ours;
  append_tree(nodes.value(), values, ours);
  compare(ours, 0, read_tree(golden_.at("trees").at("forest")), 0, data_.rows);
  EXPECT_GT(same_, 30);
}

TEST_F(TreeGolden, ThirtyBoostedTreesAreScikitLearns) {
  Candidate candidate;
  for (const auto& [name, value] : golden_.at("limits").at("boosting").items()) {
    candidate.settings.emplace_back(name, value.get<double>());
  }
  const Model model = boosting_learner().fit(data_.training(), candidate, 1, cancel_).take_value();
  const auto& ours = std::get<TreeEnsemble>(model);
  const auto& trees = golden_.at("trees").at("boosting");
  ASSERT_EQ(ours.roots.size(), trees.size());
  std::vector<double> scores(data_.rows.size(), ours.base);
  targets_.resize(scores.size());
  std::size_t compared = 0;
  for (; compared < trees.size() && !diverged_; ++compared) {
    for (std::size_t i = 0; i < scores.size(); ++i) {
      targets_[i] = data_.outcomes[i] - 1 / (1 + std::exp(-scores[i]));
    }
    compare(ours, ours.roots[compared], read_tree(trees[compared]), 0, data_.rows);
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const auto x = row_of(data_.features, i);
      scores[i] += static_cast<double>(leaf_value(ours, ours.roots[compared], x));
    }
  }
  EXPECT_EQ(compared, 30u);
  EXPECT_GT(same_, 300);
}

}  // namespace
}  // namespace relearn
