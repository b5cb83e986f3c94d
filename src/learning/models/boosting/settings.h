// The settings of boosting, by their names in a Candidate.
#pragma once

#include <cstddef>

#include "learning/models/learner.h"
#include "learning/models/trees/tree_grower.h"

namespace relearn {

struct BoostingSettings {
  std::size_t trees = 0;
  double rate = 0;          // how much of each Newton step is taken
  double row_share = 1;     // of the rows, drawn for each tree without replacement
  double column_share = 1;  // of the columns, drawn at each node; at least one
  TreeLimits limits;

  /// Everything but the number of trees: of two such, one is the beginning of the other.
  bool same_course(const BoostingSettings& other) const;
};

/// trees, rate, depth, split, leaf, rows; and columns, without which all are looked at.
BoostingSettings read_boosting_settings(const Candidate& candidate);

}  // namespace relearn
