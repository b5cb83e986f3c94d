#include "learning/models/trees/tree_grower.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "unit/learning/models/tree_cases.h"

namespace relearn {
namespace {

/// W times the decrease of the squared error when the rows left of a cut leave the others.
double gain(const TreeSample& sample, std::span<const std::uint32_t> rows,
            const std::vector<bool>& goes_left) {
  double target[2] = {0, 0};
  double weight[2] = {0, 0};
  for (const std::uint32_t row : rows) {
    target[goes_left[row]] += sample.weights[row] * sample.targets[row];
    weight[goes_left[row]] += sample.weights[row];
  }
  const double difference = target[0] / weight[0] - target[1] / weight[1];
  return difference * difference * weight[0] * weight[1];
}

/// The best gain of all allowed cuts, by trying each; negative when there is none.
double best_gain(const TreeCase& data, const TreeSample& sample,
                 std::span<const std::uint32_t> rows, std::uint32_t rows_in_leaf_min) {
  double best = -1;
  std::vector<bool> goes_left(data.features.rows);
  for (std::size_t j = 0; j < data.features.columns; ++j) {
    for (const std::uint32_t cut : rows) {
      std::uint32_t left = 0;
      for (const std::uint32_t row : rows) {
        goes_left[row] = data.features.at(row, j) <= data.features.at(cut, j);
        left += goes_left[row];
      }
      const auto right = static_cast<std::uint32_t>(rows.size()) - left;
      if (std::min(left, right) < std::max(1u, rows_in_leaf_min)) continue;
      best = std::max(best, gain(sample, rows, goes_left));
    }
  }
  return best;
}

bool pure(const TreeSample& sample, std::span<const std::uint32_t> rows) {
  return std::all_of(rows.begin(), rows.end(), [&](std::uint32_t row) {
    return sample.targets[row] == sample.targets[rows.front()];
  });
}

class TreeGrowerTest : public testing::Test {
 protected:
  std::vector<GrownNode> grow(const TreeCase& data, const TreeLimits& limits,
                              std::uint64_t key = 1) {
    targets_.assign(data.outcomes.begin(), data.outcomes.end());
    columns_ = rank_columns(data.features, data.rows);
    TreeGrower grower(columns_);
    sample_ = {data.rows, data.weights, targets_};
    const auto grown = grower.grow(sample_, limits, key, cancel_);
    order_.assign(grower.order().begin(), grower.order().end());
    return {grown.value().begin(), grown.value().end()};
  }
  std::span<const std::uint32_t> rows_of(const GrownNode& node) const {
    return std::span(order_).subspan(node.begin, node.rows());
  }

  CancelToken cancel_;
  RankedColumns columns_;
  std::vector<double> targets_;
  TreeSample sample_;
  std::vector<std::uint32_t> order_;
};

TEST_F(TreeGrowerTest, EveryCutIsAsGoodAsTheBestOfAllCuts) {
  for (const std::uint32_t leaf : {1u, 4u}) {
    for (const Weights weights : {Weights::One, Weights::Uneven}) {
      const TreeCase data = make_tree_case(200, 7, 11 + leaf, weights);
      const auto nodes = grow(data, {.rows_in_leaf_min = leaf});
      ASSERT_GT(nodes.size(), 30u);
      for (const GrownNode& node : nodes) {
        const auto rows = rows_of(node);
        if (node.feature < 0) {
          EXPECT_TRUE(pure(sample_, rows) || best_gain(data, sample_, rows, leaf) < 0);
          continue;
        }
        std::vector<bool> goes_left(data.features.rows);
        const auto column = static_cast<std::size_t>(node.feature);
        for (const std::uint32_t row : rows) {
          goes_left[row] = data.features.at(row, column) <= node.threshold;
        }
        const double best = best_gain(data, sample_, rows, leaf);
        EXPECT_NEAR(gain(sample_, rows, goes_left), best, 1e-9 * std::max(1.0, best));
      }
    }
  }
}

TEST_F(TreeGrowerTest, ANodesRowsGoWhereItsThresholdSaysAndLeavesKeepTheLimits) {
  const TreeCase data = make_tree_case(300, 9, 5, Weights::Uneven);
  const TreeLimits limits{
      .depth_max = 6, .rows_to_split_min = 12, .rows_in_leaf_min = 4, .columns_per_node = 3};
  const auto nodes = grow(data, limits);
  std::map<std::size_t, std::uint32_t> depth = {{0, 0}};
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const GrownNode& node = nodes[n];
    double target = 0;
    double weight = 0;
    for (const std::uint32_t row : rows_of(node)) {
      target += data.weights[row] * targets_[row];
      weight += data.weights[row];
    }
    EXPECT_NEAR(node.mean, target / weight, 1e-8);  // weights are rounded to 35 bits of their sum
    EXPECT_LE(node.mean, 1);
    EXPECT_GE(node.rows(), limits.rows_in_leaf_min);
    if (node.feature < 0) continue;
    EXPECT_GE(node.rows(), limits.rows_to_split_min);
    EXPECT_LT(depth.at(n), limits.depth_max);
    const auto left = static_cast<std::size_t>(node.left);
    EXPECT_GT(left, n);
    depth[left] = depth[left + 1] = depth.at(n) + 1;
    EXPECT_EQ(nodes[left].begin, node.begin);
    EXPECT_EQ(nodes[left].end, nodes[left + 1].begin);
    EXPECT_EQ(nodes[left + 1].end, node.end);
    const auto column = static_cast<std::size_t>(node.feature);
    for (const std::uint32_t row : rows_of(nodes[left])) {
      EXPECT_LE(data.features.at(row, column), node.threshold);
    }
    for (const std::uint32_t row : rows_of(nodes[left + 1])) {
      EXPECT_GT(data.features.at(row, column), node.threshold);
    }
  }
  EXPECT_EQ(depth.size(), nodes.size());
}

/// The nodes of a tree from the root down, left first, stopping where a limit would have stopped.
void describe(std::span<const GrownNode> nodes, std::size_t at, std::uint32_t depth,
              const TreeLimits& limits, std::vector<double>& told) {
  const GrownNode& node = nodes[at];
  const bool leaf =
      node.feature < 0 || depth >= limits.depth_max || node.rows() < limits.rows_to_split_min;
  told.insert(told.end(), {static_cast<double>(node.rows()), node.mean});
  if (leaf) return;
  told.insert(told.end(), {static_cast<double>(node.feature), static_cast<double>(node.threshold)});
  describe(nodes, static_cast<std::size_t>(node.left), depth + 1, limits, told);
  describe(nodes, static_cast<std::size_t>(node.left) + 1, depth + 1, limits, told);
}

TEST_F(TreeGrowerTest, AFullTreeContainsEveryShallowerTreeAndEveryLargerSplitLimit) {
  for (const std::uint32_t columns_per_node : {2u, 100u}) {
    const TreeCase data = make_tree_case(400, 6, 21, Weights::Uneven);
    const TreeLimits full{.columns_per_node = columns_per_node};
    const auto whole = grow(data, full);
    for (const std::uint32_t depth : {0u, 1u, 3u, 6u, 10u}) {
      for (const std::uint32_t split : {2u, 5u, 40u, 1000u}) {
        TreeLimits limits = full;
        limits.depth_max = depth;
        limits.rows_to_split_min = split;
        std::vector<double> cut;
        std::vector<double> grown;
        describe(whole, 0, 0, limits, cut);
        describe(grow(data, limits), 0, 0, full, grown);
        EXPECT_EQ(cut, grown) << "depth " << depth << " split " << split;
      }
    }
  }
}

TEST_F(TreeGrowerTest, TheOrderOfTheRowsDoesNotMatterToTheLastBit) {
  const TreeCase data = make_tree_case(500, 8, 3, Weights::Uneven);
  TreeCase shuffled = data;
  std::vector<std::uint32_t> order = data.rows;
  Random(9).shuffle(std::span(order));
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = 0; j < data.features.columns; ++j) {
      shuffled.features.values[j * order.size() + i] = data.features.at(order[i], j);
    }
    shuffled.outcomes[i] = data.outcomes[order[i]];
    shuffled.weights[i] = data.weights[order[i]];
  }
  const TreeLimits limits{.rows_in_leaf_min = 3};
  std::vector<double> told;
  std::vector<double> told_shuffled;
  describe(grow(data, limits), 0, 0, {}, told);
  describe(grow(shuffled, limits), 0, 0, {}, told_shuffled);
  EXPECT_EQ(told, told_shuffled);
}

TEST_F(TreeGrowerTest, WeightsOfVeryDifferentSizeLeaveEveryMeanANumber) {
  TreeCase data = make_tree_case(60, 3, 12);
  for (std::size_t i = 0; i < 60; ++i) data.weights[i] = std::pow(10.0, -static_cast<double>(i));
  for (const GrownNode& node : grow(data, {})) {
    EXPECT_GE(node.mean, 0);
    EXPECT_LE(node.mean, 1);
  }
}

TEST_F(TreeGrowerTest, WideColumnsOfManyValuesAreSearchedAlike) {
  // Enough distinct values that small nodes sort their rows instead of marking cells.
  const TreeCase data = make_tree_case(3000, 4, 8);
  const auto nodes = grow(data, {.columns_per_node = 3});
  std::size_t small = 0;
  for (const GrownNode& node : nodes) {
    if (node.feature < 0) {
      EXPECT_TRUE(pure(sample_, rows_of(node)) || node.rows() > 1);
    } else {
      small += node.rows() < 10;
    }
  }
  EXPECT_GT(small, 50u);
  // With all columns the tree must be the brute-force tree, small nodes included.
  const auto all = grow(data, {});
  for (const GrownNode& node : all) {
    if (node.feature < 0 || node.rows() > 40) continue;
    std::vector<bool> goes_left(data.features.rows);
    for (const std::uint32_t row : rows_of(node)) {
      goes_left[row] =
          data.features.at(row, static_cast<std::size_t>(node.feature)) <= node.threshold;
    }
    const double best = best_gain(data, sample_, rows_of(node), 1);
    EXPECT_NEAR(gain(sample_, rows_of(node), goes_left), best, 1e-9);
  }
}

TEST_F(TreeGrowerTest, AConstantColumnIsNeverCutAndAPureSampleIsOneLeaf) {
  TreeCase data = make_tree_case(50, 3, 4);
  std::fill_n(data.features.values.begin(), 50, 7.0f);
  for (const GrownNode& node : grow(data, {.columns_per_node = 1})) EXPECT_NE(node.feature, 0);
  std::fill(data.features.values.begin(), data.features.values.end(), 7.0f);
  EXPECT_EQ(grow(data, {}).size(), 1u);
  data = make_tree_case(50, 3, 4);
  std::fill(data.outcomes.begin(), data.outcomes.end(), std::uint8_t{1});
  EXPECT_EQ(grow(data, {}).size(), 1u);
}

TEST_F(TreeGrowerTest, ACutWithoutAnyGainIsStillMadeSoThatExclusiveOrIsLearnt) {
  TreeCase data;
  data.features = {4, 2, {0, 0, 1, 1, 0, 1, 0, 1}};
  data.outcomes = {0, 1, 1, 0};
  data.weights = {1, 1, 1, 1};
  data.rows = {0, 1, 2, 3};
  const auto nodes = grow(data, {});
  EXPECT_EQ(nodes.size(), 7u);
  for (const GrownNode& node : nodes) {
    if (node.feature < 0) {
      EXPECT_TRUE(node.mean == 0 || node.mean == 1);
    }
  }
}

TEST_F(TreeGrowerTest, StopsWhenAskedAndCanBeUsedAgain) {
  const TreeCase data = make_tree_case(500, 5, 6);
  targets_.assign(data.outcomes.begin(), data.outcomes.end());
  const RankedColumns columns = rank_columns(data.features, data.rows);
  TreeGrower grower(columns);
  CancelToken stop;
  stop.request();
  const TreeSample sample{data.rows, data.weights, targets_};
  const auto stopped = grower.grow(sample, {}, 1, stop);
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().kind, ErrorKind::Cancelled);
  std::vector<double> again;
  std::vector<double> fresh;
  describe(grower.grow(sample, {}, 1, cancel_).value(), 0, 0, {}, again);
  describe(grow(data, {}), 0, 0, {}, fresh);
  EXPECT_EQ(again, fresh);
}

TEST(ThresholdBetween, PutsEveryFloatWhereTheExactMiddleDoes) {
  Random random(1);
  for (int trial = 0; trial < 20000; ++trial) {
    const auto lower = static_cast<float>(random.normal() * std::pow(10, random.normal() * 3));
    float upper = static_cast<float>(random.normal() * std::pow(10, random.normal() * 3));
    if (trial % 3 == 0) {
      upper = lower;
      for (std::uint64_t step = 0; step <= random.below(3); ++step) {
        upper = std::nextafter(upper, std::numeric_limits<float>::infinity());
      }
    }
    const auto [low, high] = std::minmax(lower, upper);
    if (low == high) continue;
    const float threshold = threshold_between(low, high);
    const double middle = static_cast<double>(low) / 2 + static_cast<double>(high) / 2;
    EXPECT_LE(low, threshold);
    EXPECT_LT(threshold, high);
    EXPECT_LE(static_cast<double>(threshold), middle);
    const float next = std::nextafter(threshold, std::numeric_limits<float>::infinity());
    EXPECT_GT(static_cast<double>(next), middle);
  }
}

}  // namespace
}  // namespace relearn
