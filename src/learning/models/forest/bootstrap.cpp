#include "learning/models/forest/bootstrap.h"

#include <algorithm>

#include "base/random.h"

namespace relearn {

Bootstrap::Bootstrap(const TrainingSet& training, std::uint64_t seed)
    : training_(training), seed_(seed), counts_(training.rows.size()) {
  if (ranks_once()) rank(training.rows);
}

void Bootstrap::rank(std::span<const std::uint32_t> rows) {
  columns_ = rank_columns(training_.features, rows);
  grower_.emplace(columns_);
  weights_.assign(rows.size(), 0);
  targets_.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) targets_[i] = training_.outcomes[rows[i]];
}

void Bootstrap::draw(std::size_t tree) {
  key_ = derive_seed(seed_, "tree", tree);
  Random random(derive_seed(seed_, "bootstrap", tree));
  std::fill(counts_.begin(), counts_.end(), 0u);
  const std::size_t draws = std::min(counts_.size(), kExactRowsMax);
  for (std::size_t i = 0; i < draws; ++i) ++counts_[random.below(counts_.size())];

  rows_.clear();
  for (std::uint32_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] > 0) rows_.push_back(i);
  }
  std::vector<std::uint32_t> sampled(rows_.size());  // row numbers of the feature table
  for (std::size_t i = 0; i < rows_.size(); ++i) sampled[i] = training_.rows[rows_[i]];
  if (!ranks_once()) rank(sampled);
  for (std::uint32_t i = 0; i < rows_.size(); ++i) {
    const double weight = training_.weights[sampled[i]] * counts_[rows_[i]];
    if (!ranks_once()) rows_[i] = i;
    weights_[rows_[i]] = weight;
  }
}

Result<std::span<const GrownNode>> Bootstrap::grow(const TreeLimits& limits,
                                                   const CancelToken& cancel) {
  return grower_->grow({.rows = rows_, .weights = weights_, .targets = targets_}, limits, key_,
                       cancel);
}

}  // namespace relearn
