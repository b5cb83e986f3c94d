#include "learning/models/risk_scorer.h"

#include <algorithm>
#include <cmath>

#include "base/normal.h"
#include "learning/models/scratch_buffer.h"

namespace relearn {

RiskScorer::RiskScorer(const RiskModel& model) : model_(model) {
  for (const Member& member : model.members) {
    if (const auto* trees = std::get_if<TreeEnsemble>(&member.model)) {
      scorers_.emplace_back(TreeScorer(*trees));
    } else {
      scorers_.emplace_back(&member.model);
    }
  }
}

double RiskScorer::log_odds(std::span<const float> raw) const {
  const std::size_t width = model_.encoder.columns.size();
  ScratchBuffer<float> typical_scratch(width), mean_scratch(width);
  const std::span<float> typical = typical_scratch.values();
  model_.encoder.encode(raw, Filling::Typical, typical);
  std::span<float> smooth = typical;
  if (std::ranges::any_of(raw, [](float value) { return std::isnan(value); })) {
    smooth = mean_scratch.values();
    model_.encoder.encode(raw, Filling::Mean, smooth);
  }
  double mean = 0;
  for (std::size_t m = 0; m < scorers_.size(); ++m) {
    const Member& member = model_.members[m];
    const auto* trees = std::get_if<TreeScorer>(&scorers_[m]);
    const double own =
        trees != nullptr ? trees->score(typical) : score(*std::get<0>(scorers_[m]), smooth);
    mean += member.weight * member.calibration.apply(own);
  }
  return model_.calibration.apply(mean);
}

double RiskScorer::risk(std::span<const float> raw) const { return logistic(log_odds(raw)); }

std::vector<double> log_odds_of(const RiskModel& model, const Cohort& cohort) {
  const RiskScorer scorer(model);
  std::vector<double> log_odds;
  log_odds.reserve(cohort.rows());
  std::vector<float> raw(cohort.columns.size());
  for (std::size_t row = 0; row < cohort.rows(); ++row) {
    for (std::size_t j = 0; j < raw.size(); ++j) raw[j] = cohort.column(j)[row];
    log_odds.push_back(scorer.log_odds(raw));
  }
  return log_odds;
}

}  // namespace relearn
