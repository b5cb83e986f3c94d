// Boosting on exact trees, one tree after another: the first n trees of a course are the model of n
// trees.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "learning/models/boosting/settings.h"
#include "learning/models/features.h"
#include "learning/models/trees/ranked_columns.h"
#include "learning/models/trees/tree_grower.h"

namespace relearn {

/// One tree of a course; `values` are what its leaves add to the log-odds.
struct BoostedTree {
  std::span<const GrownNode> nodes;
  std::span<const float> values;  // one per node
};

/// No single tree moves the log-odds by more: from one in a thousand million to even odds. Only
/// runaway Newton steps in leaves of a few rows that were thought certain ever reach it.
inline constexpr double kLogOddsStepMax = 20;

/// What all courses on a training set share. outcomes, weights: of the ranked rows.
struct BoostingData {
  RankedColumns columns;
  std::vector<std::uint8_t> outcomes;
  std::vector<double> weights;
  double base = 0;  // log-odds of the weighted share of cases

  explicit BoostingData(const TrainingSet& training);
};

/// One course of boosting; the settings' number of trees is the caller's affair. Not thread-safe.
class ExactBoosting {
 public:
  ExactBoosting(const BoostingData& data, const BoostingSettings& settings, std::uint64_t seed);

  /// The next tree; valid until the next call.
  Result<BoostedTree> next_tree(const CancelToken& cancel);

 private:
  void draw_rows();
  void update_residuals();
  void set_values(std::span<const GrownNode> nodes);
  void apply(std::span<const GrownNode> nodes);

  const BoostingData& data_;
  const BoostingSettings settings_;
  const std::uint64_t seed_;
  std::uint64_t tree_ = 0;
  TreeGrower grower_;
  std::vector<std::uint32_t> rows_;  // drawn for this tree, ascending
  std::vector<double> odds_;         // of each ranked row, by the trees so far
  std::vector<double> residuals_;    // outcome - risk
  std::vector<double> variances_;    // risk * (1 - risk)
  std::vector<float> values_;        // of each node
};

}  // namespace relearn
