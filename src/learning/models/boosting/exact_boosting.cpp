#include "learning/models/boosting/exact_boosting.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/normal.h"
#include "base/random.h"

namespace relearn {
namespace {

// Odds are kept where neither they nor their product with any step leaves the range of a double.
constexpr double kOddsMax = 1e100;

// scikit-learn calls a leaf without variance settled below this sum of weighted variances.
constexpr double kVarianceMin = 1e-150;

BoostingSettings with_columns(BoostingSettings settings, std::size_t columns) {
  if (settings.column_share < 1) {
    const long drawn = std::lround(settings.column_share * static_cast<double>(columns));
    settings.limits.columns_per_node = static_cast<std::uint32_t>(std::max(drawn, 1L));
  }
  return settings;
}

}  // namespace

BoostingData::BoostingData(const TrainingSet& training)
    : columns(rank_columns(training.features, training.rows)) {
  double cases = 0;
  double total = 0;
  for (const std::uint32_t row : training.rows) {
    outcomes.push_back(training.outcomes[row]);
    weights.push_back(training.weights[row]);
    cases += training.weights[row] * training.outcomes[row];
    total += training.weights[row];
  }
  base = logit(cases / total);
}

ExactBoosting::ExactBoosting(const BoostingData& data, const BoostingSettings& settings,
                             std::uint64_t seed)
    : data_(data),
      settings_(with_columns(settings, data.columns.columns)),
      seed_(seed),
      grower_(data.columns),
      rows_(data.columns.rows),
      odds_(data.columns.rows, std::exp(data.base)),
      residuals_(data.columns.rows),
      variances_(data.columns.rows) {
  std::iota(rows_.begin(), rows_.end(), 0u);
}

Result<BoostedTree> ExactBoosting::next_tree(const CancelToken& cancel) {
  if (settings_.row_share < 1) draw_rows();
  update_residuals();
  const TreeSample sample{.rows = rows_, .weights = data_.weights, .targets = residuals_};
  const std::span<const GrownNode> nodes =
      TRY(grower_.grow(sample, settings_.limits, derive_seed(seed_, "tree", tree_), cancel));
  ++tree_;
  set_values(nodes);
  apply(nodes);
  return BoostedTree{nodes, values_};
}

/// Knuth, The Art of Computer Programming 2, section 3.4.2, algorithm S: each set of that many rows
/// is equally likely, and they come in order.
void ExactBoosting::draw_rows() {
  const std::size_t total = data_.columns.rows;
  const auto wanted = static_cast<std::size_t>(
      std::max(1.0, std::floor(settings_.row_share * static_cast<double>(total))));
  Random random(derive_seed(seed_, "rows", tree_));
  rows_.clear();
  for (std::uint32_t i = 0; rows_.size() < wanted; ++i) {
    const double remaining = static_cast<double>(total - i);
    if (random.uniform() * remaining < static_cast<double>(wanted - rows_.size())) {
      rows_.push_back(i);
    }
  }
}

void ExactBoosting::update_residuals() {
  for (std::size_t i = 0; i < odds_.size(); ++i) {
    const double not_risk = 1 / (1 + odds_[i]);
    const double risk = odds_[i] * not_risk;
    residuals_[i] = data_.outcomes[i] != 0 ? not_risk : -risk;
    variances_[i] = risk * not_risk;
  }
}

/// One Newton step in each leaf: sum of residuals / sum of variances (Friedman 2001,
/// section 4.4.1).
void ExactBoosting::set_values(std::span<const GrownNode> nodes) {
  const std::span<const std::uint32_t> order = grower_.order();
  values_.assign(nodes.size(), 0);
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    if (nodes[n].feature >= 0) continue;
    double residuals = 0;
    double variances = 0;
    for (std::uint32_t i = nodes[n].begin; i < nodes[n].end; ++i) {
      const std::uint32_t row = order[i];
      residuals += data_.weights[row] * residuals_[row];
      variances += data_.weights[row] * variances_[row];
    }
    if (variances < kVarianceMin) continue;
    const double step = settings_.rate * residuals / variances;
    values_[n] = static_cast<float>(std::clamp(step, -kLogOddsStepMax, kLogOddsStepMax));
  }
}

/// Moves every row's odds; one exponential per leaf instead of one per row.
void ExactBoosting::apply(std::span<const GrownNode> nodes) {
  const std::span<const std::uint32_t> order = grower_.order();
  const auto move = [&](std::uint32_t row, double factor) {
    odds_[row] = std::clamp(odds_[row] * factor, 1 / kOddsMax, kOddsMax);
  };
  std::vector<double> factors(nodes.size());
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    if (nodes[n].feature >= 0) continue;
    factors[n] = std::exp(static_cast<double>(values_[n]));
    for (std::uint32_t i = nodes[n].begin; i < nodes[n].end; ++i) move(order[i], factors[n]);
  }
  if (rows_.size() == odds_.size()) return;
  std::size_t next = 0;  // rows_ is ascending: what lies between was not drawn
  for (std::uint32_t row = 0; row < odds_.size(); ++row) {
    if (next < rows_.size() && rows_[next] == row) {
      ++next;
    } else {
      move(row, factors[leaf_of(data_.columns, nodes, row)]);
    }
  }
}

}  // namespace relearn
