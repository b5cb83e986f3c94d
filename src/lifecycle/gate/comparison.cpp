#include "lifecycle/gate/comparison.h"

namespace relearn {
namespace {

constexpr double kNormal90 = 1.2815515655446004;

}  // namespace

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

LockedWord locked_word(const GateCase& one, const LockedEvidence& locked) {
  const auto& [people, auroc, sensitivity, champion, anchor, auroc_to_anchor] = locked;
  if (not_worse_on_locked(one, champion, anchor, auroc_to_anchor)) return LockedWord::NotWorse;
  if (!champion || !anchor || !auroc_to_anchor) return LockedWord::Worse;
  const MarginPlan& margins = one.plan.margins;
  const bool within = champion->mean < margins.champion_nats &&
                      anchor->mean < margins.anchor_nats &&
                      auroc_to_anchor->value > -margins.anchor_auroc;
  return within ? LockedWord::Unclear : LockedWord::Worse;
}

bool better_on_new(const GateCase& one, const std::optional<LossDifference>& champion) {
  return champion && champion->mean < 0 && champion->upper_95 < one.plan.margins.new_nats;
}

bool not_worse_without(const GateCase& one, const LeftOut& without) {
  const auto& [name, change, champion, anchor, auroc, fresh] = without;
  if (!champion || !anchor || !auroc || !fresh) return false;
  const MarginPlan& margins = one.plan.margins;
  return champion->upper_90 < margins.champion_nats && anchor->upper_90 < margins.anchor_nats &&
         auroc->value - kNormal90 * auroc->standard_error > -margins.anchor_auroc &&
         fresh->upper_90 < margins.new_nats;
}

bool superior(const GateCase& one) {
  const auto& pooled = one.evidence.pooled;
  return pooled && pooled->mean < 0 && pooled->upper_look < 0;
}

}  // namespace relearn
