// A risk model laid out for speed: the same log-odds, trees walked many at a time. Built once per
// model that answers many patients. Immutable; safe from any number of threads.
#pragma once

#include <span>
#include <variant>
#include <vector>

#include "learning/models/risk_model.h"
#include "learning/models/trees/tree_scorer.h"

namespace relearn {

class RiskScorer {
 public:
  /// The model must outlive the scorer.
  explicit RiskScorer(const RiskModel& model);

  double log_odds(std::span<const float> raw) const;  // raw: p inputs
  double risk(std::span<const float> raw) const;

 private:
  const RiskModel& model_;
  std::vector<std::variant<const Model*, TreeScorer>> scorers_;  // one a member
};

/// The log-odds of every row of a cohort with the model's inputs.
std::vector<double> log_odds_of(const RiskModel& model, const Cohort& cohort);

}  // namespace relearn
