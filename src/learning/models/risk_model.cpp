#include "learning/models/risk_model.h"

#include "base/normal.h"
#include "learning/models/scratch_buffer.h"

namespace relearn {

double RiskModel::log_odds(std::span<const float> raw) const {
  ScratchBuffer<float> scratch(encoder.columns.size());
  const std::span<float> encoded = scratch.values();
  double mean = 0;
  for (const Member& member : members) {
    encoder.encode(raw, filling_of(member.model), encoded);
    mean += member.weight * member.calibration.apply(score(member.model, encoded));
  }
  return calibration.apply(mean);
}

double RiskModel::risk(std::span<const float> raw) const { return logistic(log_odds(raw)); }

}  // namespace relearn
