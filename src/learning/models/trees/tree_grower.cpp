#include "learning/models/trees/tree_grower.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "base/random.h"

namespace relearn {
namespace {

// A double holds whole multiples of a unit exactly up to 2^53 of them; one bit is kept in reserve.
constexpr double kUnitsMax = 0x1.0p52;
constexpr std::uint64_t kRowUnitsPerWeightUnit = 1 << 17;
static_assert(kExactRowsMax < kRowUnitsPerWeightUnit);

// A column with more than this many words of marks per row is sorted instead of marked.
constexpr std::size_t kMarkWordsPerRow = 2;

/// The smallest power of two of which `total` holds at most kUnitsMax.
double unit_for(double total) {
  if (!(total > 0)) return 1;
  return std::ldexp(1.0, std::ilogb(total / kUnitsMax) + 1);
}

/// The nearest multiple of a power of two; |value| at most kUnitsMax / 2 of them. Adding 1.5 * 2^52
/// units pushes everything smaller out of the double.
double round_to(double value, double unit) {
  const double shift = 0x1.8p52 * unit;
  return (value + shift) - shift;
}

/// A number in 0 .. limit - 1. Uneven by at most limit / 2^32, which no forest can show.
std::uint32_t draw_below(std::uint64_t key, std::uint32_t limit) {
  return static_cast<std::uint32_t>(((mix(key) >> 32) * limit) >> 32);
}

std::uint64_t left_key(std::uint64_t key) { return mix(key ^ 0x6c656674); }
std::uint64_t right_key(std::uint64_t key) { return mix(key ^ 0x7269676874); }

}  // namespace

std::size_t leaf_of(const RankedColumns& columns, std::span<const GrownNode> nodes,
                    std::size_t row) {
  std::size_t at = 0;
  while (nodes[at].feature >= 0) {
    const auto column = static_cast<std::size_t>(nodes[at].feature);
    const bool right = columns.values[columns.bin(row, column)] > nodes[at].threshold;
    at = static_cast<std::size_t>(nodes[at].left) + (right ? 1 : 0);
  }
  return at;
}

double TreeGrower::WeightUnit::weight(double packed) const {
  const auto units = static_cast<std::uint64_t>(packed * per_row);
  return static_cast<double>(units - units % kRowUnitsPerWeightUnit) * row;
}

std::uint32_t TreeGrower::WeightUnit::rows(double packed) const {
  const auto units = static_cast<std::uint64_t>(packed * per_row);
  return static_cast<std::uint32_t>(units % kRowUnitsPerWeightUnit);
}

TreeGrower::TreeGrower(const RankedColumns& columns)
    : columns_(columns), row_sums_(columns.rows), drawn_(columns.columns) {
  std::size_t bins_max = 0;
  for (std::size_t j = 0; j < columns.columns; ++j) {
    bins_max = std::max<std::size_t>(bins_max, columns.offsets[j + 1] - columns.offsets[j]);
  }
  cells_.resize(bins_max);
  marks_.resize((bins_max + 63) / 64);
}

Result<std::span<const GrownNode>> TreeGrower::grow(const TreeSample& sample,
                                                    const TreeLimits& limits, std::uint64_t key,
                                                    const CancelToken& cancel) {
  limits_ = limits;
  targets_ = sample.targets;
  round_sample(sample);
  order_.assign(sample.rows.begin(), sample.rows.end());
  spare_.resize(order_.size());
  free_histograms_.resize(histograms_.size());
  std::iota(free_histograms_.begin(), free_histograms_.end(), 0);
  nodes_.assign(1, GrownNode{.begin = 0, .end = static_cast<std::uint32_t>(order_.size())});
  pending_.assign(1, Pending{.key = key});
  if (wants_histogram(nodes_[0]) && may_split(nodes_[0], 0)) {
    pending_[0].histogram = take_histogram();
    fill_histogram(nodes_[0], histograms_[static_cast<std::size_t>(pending_[0].histogram)]);
  }
  while (!pending_.empty()) {
    const Pending next = pending_.back();
    pending_.pop_back();
    if (cancel.requested()) return cancelled();
    GrownNode& node = nodes_[static_cast<std::size_t>(next.node)];
    node_total_ = total(node);
    node.mean = node_total_.target / unit_.weight(node_total_.weight);
    const Split split = may_split(node, next.depth) ? find_split(next) : Split{};
    if (split.feature >= 0) {
      split_node(next, split);
    } else if (next.histogram >= 0) {
      free_histograms_.push_back(next.histogram);
    }
  }
  return std::span<const GrownNode>(nodes_);
}

void TreeGrower::round_sample(const TreeSample& sample) {
  double weight_total = 0;
  double target_total = 0;
  for (const std::uint32_t row : sample.rows) {
    weight_total += sample.weights[row];
    target_total += std::abs(sample.weights[row] * sample.targets[row]);
  }
  unit_.row = 2 * unit_for(weight_total);  // twice: the row counts need room as well
  unit_.per_row = 1 / unit_.row;
  const double weight_unit = unit_.row * static_cast<double>(kRowUnitsPerWeightUnit);
  const double target_unit = 2 * unit_for(target_total);
  for (const std::uint32_t row : sample.rows) {
    // At least one unit, so that no row is without weight; and the target goes with the rounded
    // weight, so that the mean of equal targets is that target.
    const double weight = std::max(round_to(sample.weights[row], weight_unit), weight_unit);
    row_sums_[row].weight = weight + unit_.row;
    row_sums_[row].target = round_to(weight * sample.targets[row], target_unit);
  }
}

bool TreeGrower::may_split(const GrownNode& node, std::uint32_t depth) const {
  if (depth >= limits_.depth_max || node.rows() < limits_.rows_to_split_min) return false;
  if (node.rows() < 2 || node.rows() / 2 < limits_.rows_in_leaf_min) return false;
  const double first = targets_[order_[node.begin]];
  for (std::uint32_t i = node.begin + 1; i < node.end; ++i) {
    if (targets_[order_[i]] != first) return true;
  }
  return false;  // pure
}

bool TreeGrower::wants_histogram(const GrownNode& node) const {
  return limits_.columns_per_node >= columns_.columns &&
         node.rows() * columns_.columns >= columns_.values.size();
}

TreeGrower::Sums TreeGrower::total(const GrownNode& node) const {
  Sums sums;
  for (std::uint32_t i = node.begin; i < node.end; ++i) {
    const Sums& row = row_sums_[order_[i]];
    sums.target += row.target;
    sums.weight += row.weight;
  }
  return sums;
}

std::int32_t TreeGrower::take_histogram() {
  if (free_histograms_.empty()) {
    histograms_.emplace_back(columns_.values.size());
    return static_cast<std::int32_t>(histograms_.size() - 1);
  }
  const std::int32_t taken = free_histograms_.back();
  free_histograms_.pop_back();
  return taken;
}

void TreeGrower::fill_histogram(const GrownNode& node, Histogram& histogram) const {
  std::fill(histogram.begin(), histogram.end(), Sums{});
  Sums* const sums = histogram.data();
  const std::size_t width = columns_.columns;
  for (std::uint32_t i = node.begin; i < node.end; ++i) {
    const Sums row = row_sums_[order_[i]];
    const std::uint32_t* const bins = columns_.bins.data() + order_[i] * width;
    for (std::size_t j = 0; j < width; ++j) {
      sums[bins[j]].target += row.target;
      sums[bins[j]].weight += row.weight;
    }
  }
}

TreeGrower::Split TreeGrower::find_split(const Pending& pending) {
  Split best;
  const auto width = static_cast<std::uint32_t>(columns_.columns);
  if (pending.histogram >= 0) {
    const Histogram& histogram = histograms_[static_cast<std::size_t>(pending.histogram)];
    for (std::uint32_t j = 0; j < width; ++j) best = search_histogram(histogram, j, best);
    return best;
  }
  const GrownNode& node = nodes_[static_cast<std::size_t>(pending.node)];
  if (limits_.columns_per_node >= width) {
    for (std::uint32_t j = 0; j < width; ++j) best = search_rows(node, j, best);
    return best;
  }
  std::iota(drawn_.begin(), drawn_.end(), 0u);
  bool varies = false;
  for (std::uint32_t k = 0; k < width && (k < limits_.columns_per_node || !varies); ++k) {
    std::swap(drawn_[k], drawn_[k + draw_below(pending.key + k, width - k)]);
    if (is_constant(node, drawn_[k])) continue;
    varies = true;
    best = search_rows(node, drawn_[k], best);
  }
  return best;
}

/// The better of `best` and the cut after `bin`, where `left` is the sum of all rows up to it.
/// gain = (S_left W - W_left S)^2 / (W_left W_right): W times the decrease of the squared error,
/// and Friedman's improvement (2001, Annals of Statistics 29, equation 35) but for a factor that is
/// the same for all cuts of a node. Fractions are compared without dividing; a cut that leaves
/// nothing on one side is 0 / 0, never better.
inline void TreeGrower::consider(const Sums& left, const Sums& total, std::uint32_t column,
                                 std::uint32_t bin, Split& best) const {
  const double difference = left.target * total.weight - left.weight * total.target;
  const double numerator = difference * difference;
  const double denominator = left.weight * (total.weight - left.weight);
  if (!(numerator * best.denominator > best.numerator * denominator)) return;
  if (std::min(unit_.rows(left.weight), unit_.rows(total.weight - left.weight)) <
      limits_.rows_in_leaf_min) {
    return;
  }
  best = {static_cast<std::int32_t>(column), bin, numerator, denominator};
}

TreeGrower::Split TreeGrower::search_histogram(const Histogram& histogram, std::uint32_t column,
                                               Split best) const {
  // Empty bins are looked at too: their cut is the same as the one before, never a better one.
  const Sums total = node_total_;
  const std::uint32_t last = columns_.offsets[column + 1] - 1;
  Sums left;
  for (std::uint32_t bin = columns_.offsets[column]; bin < last; ++bin) {
    left.target += histogram[bin].target;
    left.weight += histogram[bin].weight;
    consider(left, total, column, bin, best);
  }
  return best;
}

TreeGrower::Split TreeGrower::search_rows(const GrownNode& node, std::uint32_t column, Split best) {
  const std::uint32_t offset = columns_.offsets[column];
  const std::size_t words = (columns_.offsets[column + 1] - offset + 63) / 64;
  if (words > kMarkWordsPerRow * node.rows()) return search_few_rows(node, column, best);
  const std::uint32_t* const bins = columns_.bins.data() + column;
  Sums* const cells = cells_.data();
  std::uint64_t* const marks = marks_.data();
  for (std::uint32_t i = node.begin; i < node.end; ++i) {
    const std::uint32_t row = order_[i];
    const std::uint32_t cell = bins[row * columns_.columns] - offset;
    cells[cell].target += row_sums_[row].target;
    cells[cell].weight += row_sums_[row].weight;
    marks[cell / 64] |= std::uint64_t{1} << (cell % 64);
  }
  const Sums total = node_total_;
  Sums left;
  for (std::uint32_t word = 0; word < words; ++word) {
    for (std::uint64_t set = std::exchange(marks[word], 0); set != 0; set &= set - 1) {
      const std::uint32_t cell = word * 64 + static_cast<std::uint32_t>(std::countr_zero(set));
      left.target += cells[cell].target;
      left.weight += cells[cell].weight;
      cells[cell] = Sums{};
      consider(left, total, column, offset + cell, best);
    }
  }
  return best;
}

/// As search_rows, where the rows are so few that looking through the marks would cost more.
TreeGrower::Split TreeGrower::search_few_rows(const GrownNode& node, std::uint32_t column,
                                              Split best) {
  const auto bin_of = [&](std::uint32_t row) { return columns_.bin(row, column); };
  const auto by_bin = [&](std::uint32_t a, std::uint32_t b) { return bin_of(a) < bin_of(b); };
  const std::span<std::uint32_t> sorted = std::span(spare_).first(node.rows());
  std::copy_n(order_.begin() + node.begin, node.rows(), sorted.begin());
  std::sort(sorted.begin(), sorted.end(), by_bin);
  Sums left;
  for (std::size_t i = 0; i + 1 < sorted.size(); ++i) {
    left.target += row_sums_[sorted[i]].target;
    left.weight += row_sums_[sorted[i]].weight;
    const std::uint32_t bin = bin_of(sorted[i]);
    if (bin != bin_of(sorted[i + 1])) consider(left, node_total_, column, bin, best);
  }
  return best;
}

bool TreeGrower::is_constant(const GrownNode& node, std::uint32_t column) const {
  const std::uint32_t first = columns_.bin(order_[node.begin], column);
  for (std::uint32_t i = node.begin + 1; i < node.end; ++i) {
    if (columns_.bin(order_[i], column) != first) return false;
  }
  return true;
}

void TreeGrower::split_node(const Pending& pending, const Split& split) {
  const GrownNode parent = nodes_[static_cast<std::size_t>(pending.node)];
  std::uint32_t next_bin = 0;
  const std::uint32_t middle = partition(parent, split, next_bin);
  const auto left = static_cast<std::int32_t>(nodes_.size());
  GrownNode& node = nodes_[static_cast<std::size_t>(pending.node)];
  node.feature = split.feature;
  node.threshold = threshold_between(columns_.values[split.bin], columns_.values[next_bin]);
  node.left = left;
  const GrownNode children[2] = {{.begin = parent.begin, .end = middle},
                                 {.begin = middle, .end = parent.end}};
  Pending next[2] = {{left, pending.depth + 1, left_key(pending.key)},
                     {left + 1, pending.depth + 1, right_key(pending.key)}};
  nodes_.insert(nodes_.end(), children, children + 2);
  if (pending.histogram >= 0) {
    // The smaller child's histogram is counted, the larger one's is what remains of the parent's.
    const int small = children[0].rows() <= children[1].rows() ? 0 : 1;
    const int large = 1 - small;
    if (wants_histogram(children[large]) && may_split(children[large], next[large].depth)) {
      next[small].histogram = take_histogram();
      next[large].histogram = pending.histogram;
      Histogram& counted = histograms_[static_cast<std::size_t>(next[small].histogram)];
      Histogram& rest = histograms_[static_cast<std::size_t>(next[large].histogram)];
      fill_histogram(children[small], counted);
      for (std::size_t b = 0; b < rest.size(); ++b) {
        rest[b].target -= counted[b].target;
        rest[b].weight -= counted[b].weight;
      }
      if (!wants_histogram(children[small])) {
        free_histograms_.push_back(std::exchange(next[small].histogram, -1));
      }
    } else {
      free_histograms_.push_back(pending.histogram);
    }
  }
  pending_.push_back(next[1]);
  pending_.push_back(next[0]);
}

/// Puts the left rows before the right ones, keeping their order; returns where the right ones
/// begin and the lowest bin among them.
std::uint32_t TreeGrower::partition(const GrownNode& node, const Split& split,
                                    std::uint32_t& next_bin) {
  const auto column = static_cast<std::size_t>(split.feature);
  std::uint32_t left_end = node.begin;
  std::size_t right_count = 0;
  next_bin = std::numeric_limits<std::uint32_t>::max();
  for (std::uint32_t i = node.begin; i < node.end; ++i) {
    const std::uint32_t row = order_[i];
    const std::uint32_t bin = columns_.bin(row, column);
    const bool right = bin > split.bin;
    order_[left_end] = row;
    spare_[right_count] = row;
    left_end += !right;
    right_count += right;
    next_bin = std::min(next_bin, right ? bin : next_bin);
  }
  std::copy_n(spare_.begin(), right_count, order_.begin() + left_end);
  return left_end;
}

}  // namespace relearn
