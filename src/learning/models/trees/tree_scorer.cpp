#include "learning/models/trees/tree_scorer.h"

#include <algorithm>
#include <array>
#include <limits>

#include "learning/models/scratch_buffer.h"
#include "learning/models/tree_ensemble.h"

namespace relearn {
namespace {

// Measured: ten walks hide the latency of memory, and looking every third step whether all have
// arrived costs less than walking on.
constexpr std::size_t kWalks = 10;
constexpr int kStepsBetweenLooks = 3;

}  // namespace

TreeScorer::TreeScorer(const TreeEnsemble& ensemble)
    : combine_(ensemble.combine), base_(ensemble.base), trees_(ensemble.roots.size()) {
  for (const TreeEnsemble::Node& node : ensemble.nodes) {
    columns_ = std::max(columns_, static_cast<std::uint32_t>(node.feature + 1));
  }
  slots_.reserve(ensemble.nodes.size() + 1);
  for (const std::int32_t root : ensemble.roots) add_tree(ensemble, root);
  const auto empty = static_cast<std::uint32_t>(slots_.size());
  slots_.push_back({.number = 0, .column = columns_, .to_left = 0});
  while (roots_.size() % kWalks != 0) roots_.push_back(empty);
}

void TreeScorer::add_tree(const TreeEnsemble& ensemble, std::int32_t root) {
  const std::size_t first = slots_.size();
  roots_.push_back(static_cast<std::uint32_t>(first));
  std::vector<std::int32_t> breadth_first = {root};
  for (std::size_t i = 0; i < breadth_first.size(); ++i) {
    const auto& node = ensemble.nodes[static_cast<std::size_t>(breadth_first[i])];
    if (node.feature < 0) {
      slots_.push_back({node.value, columns_, 0});
      continue;
    }
    const auto to_left = static_cast<std::uint32_t>(breadth_first.size() - i);
    slots_.push_back({node.threshold, static_cast<std::uint32_t>(node.feature), to_left});
    breadth_first.push_back(node.left);
    breadth_first.push_back(node.right);
  }
}

double TreeScorer::score(std::span<const float> x) const {
  ScratchBuffer<float> scratch(columns_ + 1);
  const std::span<float> values = scratch.values();
  std::copy_n(x.begin(), columns_, values.begin());
  values[columns_] = -std::numeric_limits<float>::infinity();
  double sum = 0;
  for (std::size_t block = 0; block < roots_.size(); block += kWalks) {
    std::array<const Slot*, kWalks> at;
    for (std::size_t k = 0; k < kWalks; ++k) at[k] = slots_.data() + roots_[block + k];
    for (std::uint32_t walking = 1; walking != 0;) {
      for (int step = 0; step < kStepsBetweenLooks; ++step) {
        for (const Slot*& slot : at) {
          slot += slot->to_left + (values[slot->column] > slot->number ? 1 : 0);
        }
      }
      walking = 0;
      for (const Slot* slot : at) walking |= slot->to_left;
    }
    for (const Slot* slot : at) sum += static_cast<double>(slot->number);
  }
  return combined_score(combine_, base_, sum, trees_);
}

}  // namespace relearn
