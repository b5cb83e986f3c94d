#include "lifecycle/gate/decide.h"

#include <algorithm>

#include "lifecycle/gate/clauses.h"
#include "lifecycle/gate/comparison.h"
#include "lifecycle/gate/finding.h"

namespace relearn {
namespace {

using enum Clause::For;
using enum Clause::Reads;

/// A new rule: a function in clauses.h, a line here, a number in the plan, a row in a .gate file.
constexpr Clause kClauses[] = {
    {"made_against_what_is_live", Every, New, made_against_what_is_live},
    {"sound", Every, New, sound},
    {"allowed_change", Every, New, allowed_change},
    {"not_too_often", NotErasure, New, not_too_often},
    {"enough_new_people", NotErasure, New, enough_new_people},
    {"enough_locked_people", Every, New, enough_locked_people},
    {"above_the_floors", Every, New, above_the_floors},
    {"labels_not_reversed", NotErasure, New, labels_not_reversed},
    {"locked_not_worse", Every, Locked, locked_not_worse},
    {"new_people_better", NotErasure, New, new_people_better},
    {"sensitivity_kept", Every, Locked, sensitivity_kept},
    {"net_benefit_kept", NotErasure, Locked, net_benefit_kept},
    {"no_group_harmed", NotErasure, Locked, no_group_harmed},
    {"stable", NotErasure, Locked, stable},
    {"nobody_recognised", NotErasure, New, nobody_recognised},
    {"no_contributor_decides", NotErasure, Locked, no_contributor_decides},
    {"better_for_all", NotErasure, Locked, better_for_all},
    {"who_decides", Every, New, who_decides},
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
  verdict.locked_closed = one.evidence.locked_closed;
  if (one.costs_a_look()) {
    verdict.look = one.budget.looks_done + 1;
    verdict.error_spent += one.budget.of_next;
    verdict.error_left -= one.budget.of_next;
  }
  return verdict;
}

/// What all clauses that are asked say of it.
struct Findings {
  VerdictKind kind = VerdictKind::Publish;
  std::vector<VerdictReason> reasons;
  std::optional<PeopleNeeded> still_needed;
  int approvals = 0;
};

Findings ask_clauses(const GateCase& one) {
  Findings all;
  for (const Clause& clause : kClauses) {
    if (one.erasure() && clause.asked_for == NotErasure) continue;
    if (one.evidence.locked_closed && clause.reads == Locked) continue;
    ClauseFinding found = clause.find(one);
    for (VerdictReason& reason : found.reasons) {
      all.kind = std::min(all.kind, reason.allows);
      reason.clause = clause.id;
      all.reasons.push_back(std::move(reason));
    }
    if (found.still_needed) {
      all.still_needed = most(all.still_needed.value_or(PeopleNeeded()), *found.still_needed);
    }
    all.approvals = std::max(all.approvals, found.approvals);
    if (found.settles) break;
  }
  return all;
}

void add_reason(Findings& all, std::string_view clause, VerdictKind allows, std::string sentence) {
  all.kind = std::min(all.kind, allows);
  all.reasons.push_back({std::string(clause), allows, false, false, std::move(sentence)});
}

/// Closed locked people never publish: what would need them was not asked.
void tell_closed(const GateCase& one, Findings& all) {
  const bool rightly = !one.erasure() && !one.alone() && all.kind <= VerdictKind::Inconclusive;
  if (rightly) {
    add_reason(all, "locked_people_closed", VerdictKind::Publish,
               "The locked people were not looked at, which costs no look: the new people alone "
               "settle it.");
  } else {
    add_reason(all, "locked_people_closed", VerdictKind::Keep,
               "The locked people were not looked at, although nothing else stands in the way.");
  }
}

}  // namespace

std::span<const Clause> gate_clauses() { return kClauses; }

bool opens_locked_set(const ChangePlan& plan, const GateEvidence& evidence,
                      const LiveVersion& champion, const DecisionContext& context) {
  GateEvidence closed = evidence;
  closed.locked_closed = true;
  closed.locked.reset();
  closed.look = 0;
  closed.look_error = kNoLookError;
  const GateCase one{plan, closed, champion, context,
                     look_budget(plan.locked, context.looks_done, context.locked_age_months)};
  return one.erasure() || one.alone() || ask_clauses(one).kind > VerdictKind::Inconclusive;
}

Verdict decide(const ChangePlan& plan, const GateEvidence& evidence, const LiveVersion& champion,
               const DecisionContext& context) {
  const GateCase one{plan, evidence, champion, context,
                     look_budget(plan.locked, context.looks_done, context.locked_age_months)};
  Findings all = ask_clauses(one);
  if (evidence.locked_closed) tell_closed(one, all);
  if (one.erasure() && all.kind != VerdictKind::Publish) {
    // GDPR articles 12(3) and 17: without undue delay, within a month.
    add_reason(
        all, "erasure", all.kind,
        "The live model learnt from somebody who has withdrawn: it must be replaced or taken "
        "down within a month.");
  }
  Verdict verdict = empty_verdict(one);
  verdict.kind = all.kind;
  verdict.reasons = std::move(all.reasons);
  if (verdict.kind == VerdictKind::Inconclusive) verdict.still_needed = all.still_needed;
  if (verdict.kind == VerdictKind::Ask) {
    verdict.approvals_needed = std::max(plan.approvals, all.approvals);
  }
  verdict.superior = verdict.kind == VerdictKind::Publish && one.costs_a_look() && superior(one);
  return verdict;
}

}  // namespace relearn
