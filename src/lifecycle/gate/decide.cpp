#include "lifecycle/gate/decide.h"

#include <algorithm>

#include "lifecycle/gate/clauses.h"
#include "lifecycle/gate/comparison.h"
#include "lifecycle/gate/finding.h"

namespace relearn {
namespace {

using enum Clause::For;

/// A new rule: a function in clauses.h, a line here, a number in the plan, a row in a .gate file.
constexpr Clause kClauses[] = {
    {"made_against_what_is_live", Every, made_against_what_is_live},
    {"sound", Every, sound},
    {"allowed_change", Every, allowed_change},
    {"not_too_often", NotErasure, not_too_often},
    {"enough_new_people", NotErasure, enough_new_people},
    {"enough_locked_people", Every, enough_locked_people},
    {"above_the_floors", Every, above_the_floors},
    {"labels_not_reversed", NotErasure, labels_not_reversed},
    {"locked_not_worse", Every, locked_not_worse},
    {"new_people_better", NotErasure, new_people_better},
    {"sensitivity_kept", Every, sensitivity_kept},
    {"net_benefit_kept", NotErasure, net_benefit_kept},
    {"no_group_harmed", NotErasure, no_group_harmed},
    {"stable", NotErasure, stable},
    {"nobody_recognised", NotErasure, nobody_recognised},
    {"no_contributor_decides", NotErasure, no_contributor_decides},
    {"better_for_all", NotErasure, better_for_all},
    {"who_decides", Every, who_decides},
};

Verdict empty_verdict(const GateCase& one) {
  Verdict verdict;
  verdict.champion = one.champion.number;
  verdict.champion_digest = one.champion.digest;
  verdict.candidate_digest = one.evidence.candidate_digest;
  verdict.plan_version = one.plan.version;
  verdict.plan_digest = one.plan.digest;
  verdict.error_spent = one.budget.spent;
  verdict.error_left = one.budget.left;
  if (!one.erasure()) {
    verdict.look = one.budget.looks_done + 1;
    verdict.error_spent += one.budget.of_next;
    verdict.error_left -= one.budget.of_next;
  }
  return verdict;
}

}  // namespace

std::span<const Clause> gate_clauses() { return kClauses; }

Verdict decide(const ChangePlan& plan, const GateEvidence& evidence, const LiveVersion& champion,
               const DecisionContext& context) {
  const GateCase one{plan, evidence, champion, context,
                     look_budget(plan.locked, context.looks_done, context.locked_age_months)};
  Verdict verdict = empty_verdict(one);
  verdict.kind = VerdictKind::Publish;
  std::optional<PeopleNeeded> needed;
  int approvals = plan.approvals;
  for (const Clause& clause : kClauses) {
    if (one.erasure() && clause.asked_for == NotErasure) continue;
    ClauseFinding found = clause.find(one);
    for (Reason& reason : found.reasons) {
      verdict.kind = std::min(verdict.kind, reason.allows);
      reason.clause = clause.id;
      verdict.reasons.push_back(std::move(reason));
    }
    if (found.still_needed) {
      needed = most(needed.value_or(PeopleNeeded()), *found.still_needed);
    }
    approvals = std::max(approvals, found.approvals);
    if (found.settles) break;
  }
  if (one.erasure() && verdict.kind != VerdictKind::Publish) {
    // GDPR articles 12(3) and 17: without undue delay, within a month.
    verdict.reasons.push_back({"erasure", verdict.kind, false, false,
                               "The live model learnt from somebody who has withdrawn: it must be "
                               "replaced or taken down within a month."});
  }
  if (verdict.kind == VerdictKind::Inconclusive) verdict.still_needed = needed;
  if (verdict.kind == VerdictKind::Ask) verdict.approvals_needed = approvals;
  verdict.superior = verdict.kind == VerdictKind::Publish && !one.erasure() && superior(one);
  return verdict;
}

}  // namespace relearn
