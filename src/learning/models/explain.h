// What a model says of one patient and why, in one walk through it.
#pragma once

#include <span>
#include <vector>

#include "learning/models/risk_model.h"

namespace relearn {

struct ExplainedRisk {
  double log_odds = 0;                // as RiskModel::log_odds says, to the last bit
  double typical_log_odds = 0;        // the same of the reference patient
  std::vector<Contribution> reasons;  // as explain() says
};

ExplainedRisk explain_risk(const RiskModel& model, std::span<const float> raw);

}  // namespace relearn
