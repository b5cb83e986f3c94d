#include "lifecycle/training/gather_evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/normal.h"
#include "base/random.h"
#include "learning/evaluation/report.h"
#include "learning/metrics/auroc.h"
#include "learning/metrics/calibration.h"
#include "learning/metrics/calibration_tests.h"
#include "learning/metrics/classification.h"
#include "learning/models/risk_scorer.h"
#include "learning/scrutiny/membership.h"
#include "learning/scrutiny/stability.h"
#include "lifecycle/training/contributors.h"
#include "lifecycle/training/evidence_numbers.h"
#include "lifecycle/training/parameter_count.h"
#include "lifecycle/training/population_shift.h"

namespace relearn {
namespace {

std::vector<double> risks_of(const RiskModel& model, const Cohort& people) {
  std::vector<double> risks = log_odds_of(model, people);
  for (double& risk : risks) risk = logistic(risk);
  return risks;
}

/// One row a person of the given rows, the candidate against itself: for what needs no comparison.
PairedRisks alone(const JudgedPeople& judged, std::span<const std::uint32_t> rows) {
  return one_row_a_person(pair_up(judged, judged.candidate, rows));
}

bool costs_no_look(const EvidenceQuestion& question) {
  return question.champion == nullptr || question.judgement.look == 0;
}

template <typename T>
std::optional<T> if_defined(Result<T> result) {
  if (result.ok()) return result.take_value();
  return std::nullopt;
}

Result<std::optional<LockedEvidence>> locked_evidence(const EvidenceQuestion& question,
                                                      const JudgedPeople& judged) {
  const auto rows = rows_of_part(judged, JudgedPart::Locked);
  if (rows.empty()) return std::optional<LockedEvidence>{};
  const PairedRisks own = alone(judged, rows);
  const double error = look_error(question);
  LockedEvidence evidence;
  evidence.people = count_people(own);
  evidence.auroc = TRY(auroc(own.outcomes, own.risks));
  evidence.sensitivity =
      TRY(sensitivity(own.outcomes, own.risks, question.disease.thresholds.decision));
  if (!judged.champion.empty()) {
    evidence.against_champion = TRY(loss_difference(pair_up(judged, judged.champion, rows), error));
  }
  if (!judged.anchor.empty()) {
    const PairedRisks pairs = pair_up(judged, judged.anchor, rows);
    evidence.against_anchor = TRY(loss_difference(pairs, error));
    evidence.auroc_to_anchor = TRY(auroc_to(pairs, error));
  }
  return std::optional(evidence);
}

Result<std::optional<NewEvidence>> new_evidence(const JudgedPeople& judged, double error) {
  const auto rows = rows_of_part(judged, JudgedPart::New);
  if (rows.empty()) return std::optional<NewEvidence>{};
  const PairedRisks own = alone(judged, rows);
  NewEvidence evidence;
  evidence.people = count_people(own);
  evidence.effective_persons = static_cast<double>(own.rows());
  evidence.largest_weight = 1 / evidence.effective_persons;
  evidence.against_champion = TRY(loss_difference(pair_up(judged, judged.champion, rows), error));
  evidence.auroc = if_defined(auroc(own.outcomes, own.risks));
  evidence.slope = if_defined(calibration_slope(own.outcomes, own.risks));
  evidence.intercept = if_defined(calibration_intercept(own.outcomes, own.risks));
  return std::optional(evidence);
}

Result<std::vector<SubgroupEvidence>> subgroup_evidence(const EvidenceQuestion& question,
                                                        const JudgedPeople& judged) {
  const std::vector<ReportGroup> groups = report_groups(question.disease, judged.people);
  std::vector<SubgroupEvidence> found;
  for (const Subgroup& subgroup : question.disease.subgroups) {
    const auto group = std::ranges::find(groups, subgroup.id, &ReportGroup::id);
    SubgroupEvidence evidence;
    evidence.id = subgroup.id;
    evidence.label = subgroup.label.at("en");
    if (group != groups.end()) {
      const auto rows = rows_of_part(judged, JudgedPart::Both, group->member);
      const PairedRisks own = alone(judged, rows);
      evidence.people = count_people(own);
      const auto intercept = calibration_intercept(own.outcomes, own.risks);
      if (intercept.ok()) evidence.intercept = intercept.value().value;
      if (!judged.champion.empty() && own.rows() > 1) {
        const PairedRisks pairs = pair_up(judged, judged.champion, rows);
        evidence.against_champion = TRY(loss_difference(pairs, look_error(question)));
        evidence.harm_p = harm_p(*evidence.against_champion);
      }
    }
    found.push_back(std::move(evidence));
  }
  return found;
}

CandidateChange change_of(const EvidenceQuestion& question, const JudgedPeople& judged) {
  const CandidateModel& candidate = question.candidate;
  CandidateChange change;
  change.rung = candidate.rung;
  change.parameters = parameter_count(candidate);
  if (candidate.rung == Rung::Intercept || candidate.rung == Rung::Slope) {
    change.intercept_move = candidate.update->intercept;
  }
  if (candidate.rung == Rung::Slope) change.slope = candidate.update->slope;
  if (judged.champion.empty() || judged.candidate.empty()) return change;
  const double threshold = question.disease.thresholds.decision;
  double moved = 0;
  for (std::size_t i = 0; i < judged.candidate.size(); ++i) {
    const double now = judged.candidate[i], before = judged.champion[i];
    change.largest_risk_change = std::max(change.largest_risk_change, std::fabs(now - before));
    moved += (now >= threshold) != (before >= threshold);
  }
  change.category_changes = moved / static_cast<double>(judged.candidate.size());
  return change;
}

/// The same candidate made a second time, on one thread.
Result<bool> is_reproduced(const EvidenceQuestion& question, const CancelToken& cancel) {
  const CandidateModel& candidate = question.candidate;
  if (candidate.update) {
    const Cohort fresh = take_rows(question.learning, new_rows(question.learning));
    const ChampionUpdate again =
        TRY(update_of(candidate.rung, question.champion->model, fresh, candidate.update->penalty));
    return again.model == candidate.model;
  }
  SearchOptions options = question.search;
  options.threads = 1;
  if (candidate.rung == Rung::SameRecipe) options.recipe = candidate.recipe;
  NoProgress nobody;
  const SearchResult again = TRY(search(question.learning, options, cancel, nobody));
  return again.model == candidate.model;
}

bool are_risks(std::span<const double> risks) {
  return std::ranges::all_of(risks, [](double risk) { return risk > 0 && risk < 1; });
}

Result<CandidateFacts> facts_of(const EvidenceQuestion& question, const JudgedPeople& judged,
                                const CancelToken& cancel) {
  CandidateFacts facts;
  const RiskModel& model = question.candidate.model;
  facts.same_inputs =
      model.inputs == input_columns(question.disease) && model.disease == question.disease.id;
  facts.finite = are_risks(judged.candidate);
  // Every fit here minimises a convex loss or grows trees by rule: what ends finite has converged.
  facts.converged = facts.finite;
  facts.reproduced = TRY(is_reproduced(question, cancel));
  facts.untraced_rows = question.judgement.untraced_rows;
  facts.privacy_findings = question.judgement.privacy_findings;
  facts.open_quarantines = question.judgement.open_quarantines;
  facts.shifted_predictors = shifted_inputs(question.disease, question.learning);
  return facts;
}

Result<void> compare_both(const EvidenceQuestion& question, const JudgedPeople& judged,
                          GateEvidence& evidence) {
  const auto rows = rows_of_part(judged, JudgedPart::Both);
  if (judged.champion.empty() || rows.empty()) return {};
  const PairedRisks pairs = pair_up(judged, judged.champion, rows);
  evidence.pooled = TRY(loss_difference(pairs, look_error(question)));
  const DecisionComparison decisions =
      decision_comparison(pairs, question.disease.thresholds.decision);
  evidence.sensitivity = SensitivityEvidence{
      decisions.cases,     decisions.lost,        decisions.gained,
      decisions.more_lost, decisions.sensitivity, decisions.reference_sensitivity};
  const Range& range = question.disease.thresholds.net_benefit;
  if (range.high > range.low) {
    const auto benefit = TRY(net_benefit_comparison(one_row_a_person(pairs), range));
    evidence.net_benefit = {benefit.difference.value,
                            std::min(benefit.quantile_05, benefit.difference.value),
                            std::max(benefit.quantile_95, benefit.difference.value)};
  }
  return {};
}

/// Refits; nothing where the recipe is not known, or where the refits cannot be made.
Result<void> scrutinise(const EvidenceQuestion& question, const CancelToken& cancel,
                        ProgressSink& progress, GateEvidence& evidence) {
  if (question.candidate.recipe.empty()) return {};
  const Refit refit = refit_of(question.candidate, question.champion, RefitFrom::Nothing, cancel);
  ScrutinyOptions options{kStabilityRefits, question.search.seed, question.search.threads};
  progress.report({"judge", "stability: refits on other samples", 0, 0});
  auto stability =
      measure_stability(question.learning, question.candidate.model, refit, options, cancel);
  if (!stability.ok() && stability.error().kind != ErrorKind::NotReady) {
    return stability.take_error();
  }
  if (stability.ok()) {
    const Stability& measured = stability.value();
    evidence.stability = {measured.refits, measured.mean_change, measured.change_95th};
  }
  progress.report({"judge", "membership: shadow models", 0, 0});
  options.fits = kShadowModels;
  auto attack = measure_membership(question.learning, refit, options, cancel);
  if (!attack.ok() && attack.error().kind != ErrorKind::NotReady) return attack.take_error();
  if (attack.ok()) {
    const Membership& measured = attack.value();
    evidence.membership = {measured.shadow_models, measured.loss_auroc_upper, measured.lira_auroc,
                           measured.lira_true_positives};
  }
  return {};
}

std::optional<DriftEvidence> drift_evidence(const JudgedPeople& judged) {
  const auto rows = rows_of_part(judged, JudgedPart::New);
  if (rows.empty()) return std::nullopt;
  const PairedRisks served = one_row_a_person(pair_up(judged, judged.champion, rows));
  const auto slope = calibration_slope(served.outcomes, served.reference);
  const auto tests = calibration_tests(served.outcomes, served.reference);
  if (!slope.ok() || !tests.ok()) return std::nullopt;
  DriftEvidence drift;
  drift.champion_slope = slope.value();
  drift.champion_slope_z = tests.value().slope_z;
  return drift;
}

/// Everybody on whom the candidate is judged, with the risks of all models.
JudgedPeople judged_people(const EvidenceQuestion& question, const Cohort& locked) {
  JudgedPeople judged;
  judged.people = locked;
  judged.locked_rows = locked.rows();
  judged.candidate = risks_of(question.candidate.model, locked);
  if (question.anchor != nullptr) judged.anchor = risks_of(question.anchor->model, locked);
  if (question.champion == nullptr) return judged;
  judged.champion = risks_of(question.champion->model, locked);
  const Cohort fresh = take_rows(question.learning, new_rows(question.learning));
  append_people(judged.people, fresh);
  judged.candidate.insert(judged.candidate.end(), question.candidate.new_risks.begin(),
                          question.candidate.new_risks.end());
  const std::vector<double> now = risks_of(question.champion->model, fresh);
  for (std::size_t i = 0; i < now.size(); ++i) {
    const bool told = !fresh.served_risks.empty() && !std::isnan(fresh.served_risks[i]);
    judged.champion.push_back(told ? fresh.served_risks[i] : now[i]);
  }
  judged.anchor.resize(judged.people.rows(), 0.5);
  return judged;
}

bool opens(const EvidenceQuestion& question, const GateEvidence& evidence) {
  const LiveVersion live{question.champion == nullptr ? 0 : 1, evidence.champion_digest};
  return opens_locked_set(question.disease.plan, evidence, live, context_of(question.judgement));
}

/// What can be said before anybody looks at the locked people.
Result<GateEvidence> evidence_of_new(const EvidenceQuestion& question, const JudgedPeople& judged,
                                     const CancelToken& cancel) {
  GateEvidence evidence;
  evidence.disease = question.disease.id;
  evidence.plan_digest = question.disease.plan.digest;
  evidence.look_error = kNoLookError;
  evidence.facts = TRY(facts_of(question, judged, cancel));
  evidence.change = change_of(question, judged);
  if (question.champion == nullptr) return evidence;
  evidence.champion_digest = question.champion->digest;
  evidence.anchor_digest = question.anchor->digest;
  evidence.fresh = TRY(new_evidence(judged, kNoLookError));
  evidence.drift = drift_evidence(judged);
  return evidence;
}

Result<void> add_locked(const EvidenceQuestion& question, const JudgedPeople& judged,
                        const CancelToken& cancel, ProgressSink& progress, GateEvidence& evidence) {
  evidence.look = costs_no_look(question) ? 0 : question.judgement.look;
  evidence.look_error = look_error(question);
  evidence.facts.finite = evidence.facts.finite && are_risks(judged.candidate);
  evidence.facts.converged = evidence.facts.finite;
  evidence.change = change_of(question, judged);
  evidence.locked = TRY(locked_evidence(question, judged));
  evidence.subgroups = TRY(subgroup_evidence(question, judged));
  TRY(compare_both(question, judged, evidence));
  if (question.champion == nullptr) {
    evidence.without_contributor.emplace();
    return {};
  }
  evidence.fresh = TRY(new_evidence(judged, evidence.look_error));
  progress.report({"judge", "influence of each contributor", 0, 0});
  evidence.without_contributor = TRY(without_each_contributor(question, judged, cancel));
  return {};
}

}  // namespace

double look_error(const EvidenceQuestion& question) {
  return costs_no_look(question) ? kNoLookError : question.judgement.look_error;
}

Result<GatheredEvidence> gather_evidence(const EvidenceQuestion& question,
                                         const CancelToken& cancel, ProgressSink& progress) {
  GatheredEvidence found;
  progress.report({"judge", "new people", 0, 0});
  found.judged = judged_people(question, take_rows(question.locked, {}));
  found.evidence = TRY(evidence_of_new(question, found.judged, cancel));
  found.evidence.locked_closed = !opens(question, found.evidence);
  if (found.evidence.locked_closed) return found;
  TRY(scrutinise(question, cancel, progress, found.evidence));
  found.evidence.locked_closed = !opens(question, found.evidence);
  if (found.evidence.locked_closed) return found;
  progress.report({"judge", "locked people", 0, 0});
  found.judged = judged_people(question, question.locked);
  TRY(add_locked(question, found.judged, cancel, progress, found.evidence));
  return found;
}

}  // namespace relearn
