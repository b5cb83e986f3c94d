// Every number of the evidence, once: its key, where it is kept, and what it can be. Writing and
// reading walk this list. A walker has number, count, flag, text, digest, rung, maybe (an optional
// number), texts, part (an inner struct), maybe_part (an optional one) and parts (a list of them).
#pragma once

#include "lifecycle/gate/evidence.h"

namespace relearn {

inline constexpr Range kShare{0, 1};
inline constexpr Range kAnything{-1e9, 1e9};
inline constexpr Range kPositive{0, 1e9};
// Largest difference of two log losses whose risks are clipped to [0.01, 0.99]: ln 99; bounds may
// lie beyond.
inline constexpr Range kNats{-4.6, 4.6};

template <typename Walker>
void walk(Walker& in, LossDifference& difference) {
  in.number("mean", difference.mean, kNats);
  in.number("standard_error", difference.standard_error, kPositive);
  in.number("lower_95", difference.lower_95, kAnything);
  in.number("upper_90", difference.upper_90, kAnything);
  in.number("upper_95", difference.upper_95, kAnything);
  in.number("upper_look", difference.upper_look, kAnything);
}

template <typename Walker>
void walk(Walker& in, AurocDifference& difference) {
  in.number("value", difference.value, {-1, 1});
  in.number("standard_error", difference.standard_error, kPositive);
  in.number("lower_95", difference.lower_95, kAnything);
  in.number("lower_look", difference.lower_look, kAnything);
}

template <typename Walker>
void walk(Walker& in, Estimate& estimate) {
  in.number("value", estimate.value, kAnything);
  in.number("standard_error", estimate.standard_error, kPositive);
  in.number("low", estimate.low, kAnything);
  in.number("high", estimate.high, kAnything);
}

template <typename Walker>
void walk(Walker& in, PeopleCounted& people) {
  in.count("persons", people.persons);
  in.count("cases", people.cases);
  in.count("non_cases", people.non_cases);
}

template <typename Walker>
void walk(Walker& in, CandidateFacts& facts) {
  in.flag("same_inputs", facts.same_inputs);
  in.flag("converged", facts.converged);
  in.flag("finite", facts.finite);
  in.flag("reproduced", facts.reproduced);
  in.count("untraced_rows", facts.untraced_rows);
  in.count("persons_in_both", facts.persons_in_both);
  in.count("privacy_findings", facts.privacy_findings);
  in.count("open_quarantines", facts.open_quarantines);
  in.count("polarity_failures", facts.polarity_failures);
  in.texts("shifted_predictors", facts.shifted_predictors);
  in.maybe("largest_coefficient", facts.largest_coefficient, kPositive);
  in.maybe("condition_number", facts.condition_number, {0, 1e300});
}

template <typename Walker>
void walk(Walker& in, CandidateChange& change) {
  in.rung("rung", change.rung);
  in.maybe("intercept_move", change.intercept_move, kAnything);
  in.maybe("slope", change.slope, kAnything);
  in.count("parameters", change.parameters);
  in.number("largest_risk_change", change.largest_risk_change, kShare);
  in.number("category_changes", change.category_changes, kShare);
}

template <typename Walker>
void walk(Walker& in, LockedEvidence& locked) {
  in.part("people", locked.people);
  in.part("auroc", locked.auroc);
  in.part("sensitivity", locked.sensitivity);
  in.maybe_part("against_champion", locked.against_champion);
  in.maybe_part("against_anchor", locked.against_anchor);
  in.maybe_part("auroc_to_anchor", locked.auroc_to_anchor);
}

template <typename Walker>
void walk(Walker& in, NewEvidence& fresh) {
  in.part("people", fresh.people);
  in.maybe_part("against_champion", fresh.against_champion);
  in.maybe_part("auroc", fresh.auroc);
  in.maybe_part("slope", fresh.slope);
  in.maybe_part("intercept", fresh.intercept);
  in.flag("weighted", fresh.weighted);
  in.number("effective_persons", fresh.effective_persons, kPositive);
  in.number("largest_weight", fresh.largest_weight, kShare);
}

template <typename Walker>
void walk(Walker& in, SensitivityEvidence& sensitivity) {
  in.count("cases", sensitivity.cases);
  in.count("lost", sensitivity.lost);
  in.count("gained", sensitivity.gained);
  in.number("more_lost", sensitivity.more_lost, kShare);
  in.number("candidate", sensitivity.candidate, kShare);
  in.number("champion", sensitivity.champion, kShare);
}

template <typename Walker>
void walk(Walker& in, NetBenefitEvidence& net_benefit) {
  in.number("difference", net_benefit.difference, kAnything);
  in.number("quantile_05", net_benefit.quantile_05, kAnything);
  in.number("quantile_95", net_benefit.quantile_95, kAnything);
}

template <typename Walker>
void walk(Walker& in, SubgroupEvidence& group) {
  in.text("id", group.id);
  in.text("label", group.label);
  in.part("people", group.people);
  in.maybe_part("against_champion", group.against_champion);
  in.maybe("harm_p", group.harm_p, kShare);
  in.maybe("intercept", group.intercept, kAnything);
}

template <typename Walker>
void walk(Walker& in, StabilityEvidence& stability) {
  in.count("refits", stability.refits);
  in.number("mean_change", stability.mean_change, kShare);
  in.number("change_95th", stability.change_95th, kShare);
}

template <typename Walker>
void walk(Walker& in, MembershipEvidence& membership) {
  in.count("shadow_models", membership.shadow_models);
  in.number("loss_auroc_upper", membership.loss_auroc_upper, kShare);
  in.number("lira_auroc", membership.lira_auroc, kShare);
  in.number("lira_true_positives", membership.lira_true_positives, kShare);
}

template <typename Walker>
void walk(Walker& in, LeftOut& left_out) {
  in.text("name", left_out.name);
  in.number("largest_risk_change", left_out.largest_risk_change, kShare);
  in.maybe_part("locked_champion", left_out.locked_champion);
  in.maybe_part("locked_anchor", left_out.locked_anchor);
  in.maybe_part("locked_auroc", left_out.locked_auroc);
  in.maybe_part("fresh", left_out.fresh);
}

template <typename Walker>
void walk(Walker& in, DriftEvidence& drift) {
  in.part("champion_slope", drift.champion_slope);
  in.number("champion_slope_z", drift.champion_slope_z, kAnything);
  in.count("second_readings", drift.second_readings);
  in.maybe("kappa", drift.kappa, {-1, 1});
  in.parts("without_site", drift.without_site);
}

template <typename Walker>
void walk(Walker& in, GateEvidence& evidence) {
  in.text("disease", evidence.disease);
  in.digest("candidate_digest", evidence.candidate_digest);
  in.digest("champion_digest", evidence.champion_digest);
  in.digest("anchor_digest", evidence.anchor_digest);
  in.digest("plan_digest", evidence.plan_digest);
  in.look("look", evidence.look);
  in.number("look_error", evidence.look_error, kShare);
  in.flag("locked_closed", evidence.locked_closed);
  in.part("facts", evidence.facts);
  in.part("change", evidence.change);
  in.maybe_part("locked", evidence.locked);
  in.maybe_part("new", evidence.fresh);
  in.maybe_part("pooled", evidence.pooled);
  in.maybe_part("sensitivity", evidence.sensitivity);
  in.maybe_part("net_benefit", evidence.net_benefit);
  in.maybe_parts("subgroups", evidence.subgroups);
  in.maybe_part("stability", evidence.stability);
  in.maybe_part("membership", evidence.membership);
  in.maybe_parts("without_contributor", evidence.without_contributor);
  in.maybe_part("drift", evidence.drift);
}

}  // namespace relearn
