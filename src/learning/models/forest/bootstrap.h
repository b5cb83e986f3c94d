// The trees of a forest, one by one. Tree t depends on the seed, t and its limits only, so 300
// trees contain the first 100.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "learning/models/features.h"
#include "learning/models/trees/ranked_columns.h"
#include "learning/models/trees/tree_grower.h"

namespace relearn {

/// Draws samples and grows trees on them. The training set must outlive it. Not thread-safe.
class Bootstrap {
 public:
  Bootstrap(const TrainingSet& training, std::uint64_t seed);

  /// Draws the sample of tree t: as many rows as there are, with replacement, at most
  /// kExactRowsMax.
  void draw(std::size_t tree);
  /// The tree on the drawn sample; may be called with several limits. Valid until the next call.
  Result<std::span<const GrownNode>> grow(const TreeLimits& limits, const CancelToken& cancel);

 private:
  bool ranks_once() const { return training_.rows.size() <= kExactRowsMax; }
  void rank(std::span<const std::uint32_t> rows);

  const TrainingSet& training_;
  std::uint64_t seed_;
  std::uint64_t key_ = 0;  // of the drawn tree
  RankedColumns columns_;  // of all rows, or of the sampled ones when there are too many
  std::optional<TreeGrower> grower_;
  std::vector<std::uint32_t> rows_;    // ranked rows in the sample
  std::vector<double> weights_;        // of each ranked row: its weight times its draws
  std::vector<double> targets_;        // of each ranked row: its outcome
  std::vector<std::uint32_t> counts_;  // how often each training row was drawn
};

}  // namespace relearn
