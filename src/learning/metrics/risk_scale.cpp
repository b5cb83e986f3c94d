#include "learning/metrics/risk_scale.h"

#include <algorithm>

#include "base/normal.h"

namespace relearn {

double clipped_risk(double risk) { return std::clamp(risk, kRiskFloor, 1 - kRiskFloor); }

double clipped_log_odds(double risk) { return logit(clipped_risk(risk)); }

}  // namespace relearn
