#include "lifecycle/gate/comparison.h"

namespace relearn {

bool not_worse_on_locked(const GateCase& one, const std::optional<LossDifference>& champion,
                         const std::optional<LossDifference>& anchor,
                         const std::optional<AurocDifference>& auroc) {
  if (!champion || !anchor || !auroc) return false;
  const MarginPlan& margins = one.plan.margins;
  const double anchor_upper = one.erasure() ? anchor->upper_95 : anchor->upper_look;
  const double auroc_lower = one.erasure() ? auroc->lower_95 : auroc->lower_look;
  return champion->upper_95 < margins.champion_nats && anchor_upper < margins.anchor_nats &&
         auroc_lower > -margins.anchor_auroc;
}

bool better_on_new(const GateCase& one, const std::optional<LossDifference>& champion) {
  return champion && champion->mean < 0 && champion->upper_95 < one.plan.margins.new_nats;
}

bool not_worse_on_new(const GateCase& one, const std::optional<LossDifference>& champion) {
  return champion && champion->upper_90 < one.plan.margins.new_nats;
}

bool superior(const GateCase& one) {
  return one.evidence.pooled && one.evidence.pooled->upper_look < 0;
}

}  // namespace relearn
