// Exact CART (Breiman, Friedman, Olshen, Stone 1984): at each node the best of all cuts of all (or
// some) columns by squared error. For two classes the Gini index is twice the squared error of the
// 0/1 outcome, so one criterion serves forest (outcomes) and boosting (residuals).
//
// Three things make it fit for a search that asks for thousands of trees:
// - Sums are exact. Weights and weighted targets are rounded once to multiples of a power of two so
//   small that no sum of them rounds, so a sum does not depend on its order, a sibling's sums are
//   the parent's minus one's own, and a tie is a tie.
// - Randomness is keyed by the node's place in the tree. A tree grown in full contains, cut off,
// the
//   trees of every smaller depth_max and larger rows_to_split_min.
// - Large nodes keep a histogram over all bins, small ones look at their own rows only.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "learning/models/trees/ranked_columns.h"

namespace relearn {

/// The most rows that are learnt from exactly; kRowsPerWeightUnit counts them.
inline constexpr std::size_t kExactRowsMax = 50'000;

struct TreeLimits {
  std::uint32_t depth_max = 0xffffffff;
  std::uint32_t rows_to_split_min = 2;
  std::uint32_t rows_in_leaf_min = 1;
  /// Columns drawn at each node; further ones only while all drawn ones are constant there.
  std::uint32_t columns_per_node = 0xffffffff;
  bool operator==(const TreeLimits&) const = default;
};

/// What to learn. Rows are numbers of RankedColumns, ascending, at most kExactRowsMax.
struct TreeSample {
  std::span<const std::uint32_t> rows;
  std::span<const double> weights;  // of all ranked rows; > 0 where sampled
  std::span<const double> targets;  // of all ranked rows
};

/// A patient with x[feature] <= threshold goes to node `left`, another to `left + 1`.
struct GrownNode {
  std::int32_t feature = -1;  // -1: a leaf
  float threshold = 0;
  std::int32_t left = -1;
  std::uint32_t begin = 0;  // its rows: order()[begin .. end - 1]
  std::uint32_t end = 0;
  double mean = 0;  // weighted mean of the targets
  std::uint32_t rows() const { return end - begin; }
};

/// The leaf of a ranked row.
std::size_t leaf_of(const RankedColumns& columns, std::span<const GrownNode> nodes,
                    std::size_t row);

/// Grows one tree after another, reusing its memory. Not for two threads at once.
class TreeGrower {
 public:
  explicit TreeGrower(const RankedColumns& columns);

  /// The tree of this sample, limits and key: parents before children, the root first. Valid until
  /// the next call. Ties go to the column drawn first (all drawn: the first), then the lower cut.
  Result<std::span<const GrownNode>> grow(const TreeSample& sample, const TreeLimits& limits,
                                          std::uint64_t key, const CancelToken& cancel);
  /// The sample's rows in the order of the leaves; ascending within a node.
  std::span<const std::uint32_t> order() const { return order_; }

 private:
  /// Sums over rows. `weight` also counts the rows in its lowest bits; see WeightUnit.
  struct Sums {
    double target = 0;
    double weight = 0;
  };
  using Histogram = std::vector<Sums>;

  /// The weight unit is 2^17 row units, and each row adds one row unit to its weight.
  struct WeightUnit {
    double row = 1;
    double per_row = 1;  // its inverse: both are powers of two
    double weight(double packed) const;
    std::uint32_t rows(double packed) const;
  };

  /// gain = numerator / denominator.
  struct Split {
    std::int32_t feature = -1;
    std::uint32_t bin = 0;  // the last one that goes left
    double numerator = -1;
    double denominator = 1;
  };

  struct Pending {
    std::int32_t node = 0;
    std::uint32_t depth = 0;
    std::uint64_t key = 0;
    std::int32_t histogram = -1;  // -1: none, look at the rows
  };

  void round_sample(const TreeSample& sample);
  bool may_split(const GrownNode& node, std::uint32_t depth) const;
  bool wants_histogram(const GrownNode& node) const;
  Sums total(const GrownNode& node) const;
  std::int32_t take_histogram();
  void fill_histogram(const GrownNode& node, Histogram& histogram) const;

  Split find_split(const Pending& pending);
  Split search_histogram(const Histogram& histogram, std::uint32_t column, Split best) const;
  Split search_rows(const GrownNode& node, std::uint32_t column, Split best);
  Split search_few_rows(const GrownNode& node, std::uint32_t column, Split best);
  void consider(const Sums& left, const Sums& total, std::uint32_t column, std::uint32_t bin,
                Split& best) const;
  bool is_constant(const GrownNode& node, std::uint32_t column) const;
  void split_node(const Pending& pending, const Split& split);
  std::uint32_t partition(const GrownNode& node, const Split& split, std::uint32_t& next_bin);

  const RankedColumns& columns_;
  TreeLimits limits_;
  std::span<const double> targets_;
  WeightUnit unit_;
  std::vector<Sums> row_sums_;  // of each ranked row
  Sums node_total_;             // of the node being split

  std::vector<GrownNode> nodes_;
  std::vector<std::uint32_t> order_;
  std::vector<Pending> pending_;
  std::vector<Histogram> histograms_;
  std::vector<std::int32_t> free_histograms_;

  std::vector<Sums> cells_;           // one per bin of a column; all zero between searches
  std::vector<std::uint64_t> marks_;  // a bit per used cell; all zero between searches
  std::vector<std::uint32_t> spare_;  // rows that go right
  std::vector<std::uint32_t> drawn_;  // columns in drawn order
};

}  // namespace relearn
