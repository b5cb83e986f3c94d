// A tree ensemble laid out for speed: the same scores as score(), to the last bit, several times
// sooner. A walk down one tree waits for memory at every step; walks down ten trees at once wait
// together.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "learning/models/model.h"

namespace relearn {

/// Built once per model, immutable afterwards; safe from any number of threads.
class TreeScorer {
 public:
  /// Every feature of the ensemble is below its number of columns, every child behind its parent.
  explicit TreeScorer(const TreeEnsemble& ensemble);

  /// x: d encoded values, as for the ensemble.
  double score(std::span<const float> x) const;

 private:
  /// An inner node's children are to_left and to_left + 1 slots further on. A leaf looks at a
  /// column that is never above anything, and so goes on to itself.
  struct Slot {
    float number = 0;  // threshold, or the value of a leaf
    std::uint32_t column = 0;
    std::uint32_t to_left = 0;  // 0: a leaf
  };
  void add_tree(const TreeEnsemble& ensemble, std::int32_t root);

  TreeEnsemble::Combine combine_;
  double base_;
  std::size_t trees_;
  std::uint32_t columns_ = 0;         // looked at; the column of leaves comes after them
  std::vector<Slot> slots_;           // breadth first, so that the tops of trees are close together
  std::vector<std::uint32_t> roots_;  // a whole number of blocks: the rest are empty leaves
};

}  // namespace relearn
