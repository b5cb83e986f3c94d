#include "lifecycle/selection/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "clinical/record_check.h"
#include "lifecycle/selection/arrival_tests.h"
#include "lifecycle/selection/eligibility.h"
#include "lifecycle/selection/influence.h"
#include "lifecycle/selection/visits.h"

namespace relearn {
namespace {

constexpr std::string_view kContradictory = "two outcomes for one visit";
constexpr std::string_view kRepeated = "repeated: the same visit or the same form again";

using Records = std::vector<const ConfirmedRecord*>;

/// What the steps hand on.
struct Run {
  const DiseaseFile& disease;
  RecordStore& store;
  Moment cut_off;
  const CancelToken& cancel;
  const LiveLearning& live;
  std::vector<ConfirmedRecord> confirmed;
  Records left;                 // those that may still train
  std::set<PredictionId> held;  // quarantined: their outcomes say nothing about anything
  Selection selection;
};

Result<void> count(Run& run) {
  const RecordCounts counts = TRY(run.store.count_records(run.disease.id));
  TRY(run.store.visit_confirmed(run.disease.id, [&](const ConfirmedRecord& record) -> Result<void> {
    if (run.cancel.requested()) return cancelled();
    run.confirmed.push_back(record);
    return {};
  }));
  Funnel& funnel = run.selection.funnel;
  // An outcome entered between the two looks is of the next retrain.
  funnel.found = counts.found - counts.confirmed + run.confirmed.size();
  funnel.leave_out("without an outcome: missing, not healthy", counts.without_outcome);
  funnel.leave_out("outcome reported, not confirmed", counts.reported);
  funnel.leave_out("outcome contested", counts.contested);
  funnel.leave_out("outcome retracted", counts.retracted);
  for (const ConfirmedRecord& record : run.confirmed) run.left.push_back(&record);
  return {};
}

std::string subject_name(const NewQuarantine& quarantine) {
  return fmt::format("{} {}", quarantine.scope == QuarantineScope::Batch ? "batch" : "contributor",
                     quarantine.subject);
}

Result<void> test(Run& run) {
  const QuarantineList before(TRY(run.store.quarantines(run.disease.id)));
  run.selection.newly_quarantined =
      TRY(failed_arrivals(run.disease, run.confirmed, before, run.cut_off));
  for (const NewQuarantine& quarantine : run.selection.newly_quarantined) {
    TRY(run.store.open_quarantine(quarantine, run.cut_off));
  }
  const auto entries = TRY(run.store.quarantines(run.disease.id));
  for (const Quarantine& entry : entries) {
    if (entry.state != QuarantineState::Open) continue;
    run.selection.adjudication.push_back(
        {AdjudicationItem::Kind::Quarantine, {}, subject_name(entry.what), entry.what.reason});
  }
  const QuarantineList list(entries);
  std::erase_if(run.left, [&](const ConfirmedRecord* record) {
    const Quarantine* held = list.holding(*record);
    if (held == nullptr) return false;
    run.held.insert(record->prediction.id);
    run.selection.funnel.leave_out(held->what.scope == QuarantineScope::Batch
                                       ? "quarantined batch"
                                       : "quarantined contributor",
                                   1);
    return true;
  });
  return {};
}

Result<void> eligible(Run& run) {
  std::erase_if(run.left, [&](const ConfirmedRecord* record) {
    const auto reason = why_not_eligible(*record, run.disease, run.cut_off);
    if (reason) run.selection.funnel.leave_out(*reason, 1);
    return reason.has_value();
  });
  return {};
}

Result<void> visits(Run& run) {
  const Visits found = one_row_a_visit(run.left);
  run.selection.funnel.leave_out(kRepeated, found.repeated.size());
  run.selection.funnel.leave_out(kContradictory, found.contradictory.size());
  for (const std::size_t i : found.contradictory) {
    const PredictionId& id = run.left[i]->prediction.id;
    run.selection.adjudication.push_back(
        {AdjudicationItem::Kind::Contradiction,
         {id},
         id.text,
         fmt::format("another record of the same person on {} says the opposite",
                     to_text(date_of(run.left[i]->prediction.made_at)))});
  }
  Records kept;
  for (const std::size_t i : found.kept) kept.push_back(run.left[i]);
  run.left = std::move(kept);
  return {};
}

/// The first thing that forbids a record, as in a file of records; nothing when it may pass. Inputs
/// that are no predictors are left to the privacy border, which knows what to do with them.
std::optional<std::string> impossible(const DiseaseFile& disease, const ConfirmedRecord& record) {
  std::vector<double> values(disease.predictors.size(), std::numeric_limits<double>::quiet_NaN());
  for (const auto& [id, value] : record.prediction.inputs) {
    const int predictor = disease.find(id);
    if (predictor >= 0) values[static_cast<std::size_t>(predictor)] = value;
  }
  std::vector<Finding> findings;
  check_record(disease, values, findings);
  const auto bad = std::ranges::find(findings, Finding::Severity::Quarantine, &Finding::severity);
  if (bad == findings.end()) return std::nullopt;
  return fmt::format("impossible today: {}{}{}", bad->predictor, bad->predictor.empty() ? "" : ": ",
                     bad->reason);
}

Result<void> check(Run& run) {
  std::erase_if(run.left, [&](const ConfirmedRecord* record) {
    const auto reason = impossible(run.disease, *record);
    if (reason) run.selection.funnel.leave_out(*reason, 1);
    return reason.has_value();
  });
  return {};
}

/// The records whose outcome the served risk gave least chance, worst first.
void list_surprises(Run& run) {
  std::vector<std::pair<double, const ConfirmedRecord*>> surprises;
  for (const ConfirmedRecord* record : run.left) {
    if (!record->prediction.risk) continue;
    const double risk = record->prediction.risk->value;
    const double chance = record->value == OutcomeValue::Present ? risk : 1 - risk;
    if (chance < kSurprisingChance) surprises.emplace_back(chance, record);
  }
  std::ranges::stable_sort(surprises, {}, [](const auto& one) { return one.first; });
  surprises.resize(std::min(surprises.size(), kSurprisesMax));
  for (const auto& [chance, record] : surprises) {
    run.selection.adjudication.push_back(
        {AdjudicationItem::Kind::Surprise,
         {record->prediction.id},
         record->prediction.id.text,
         fmt::format("{} although the risk served was {:.1f} %; used, but worth a second look",
                     record->value == OutcomeValue::Present ? "confirmed ill" : "confirmed well",
                     100 * record->prediction.risk->value)});
  }
}

RawRecord raw(const ConfirmedRecord& record, double weight, std::uint8_t is_new,
              const LiveLearning& live) {
  const Prediction& prediction = record.prediction;
  RawRecord out;
  // A guest has no name to be equal by: each is somebody of their own.
  out.person = prediction.person ? fmt::format("person {}", prediction.person->value)
                                 : fmt::format("guest {}", prediction.id.text);
  out.contributor = record.contributor;
  out.assessed_at = prediction.made_at;
  for (const auto& [id, value] : prediction.inputs) out.fields.emplace_back(id, field_text(value));
  out.outcome = static_cast<std::uint8_t>(record.value);
  out.weight = weight;
  out.is_new = is_new;
  const bool served = !live.model_digest.empty() && prediction.model_version == live.model_digest;
  if (served && prediction.risk) out.served_risk = prediction.risk->value;
  return out;
}

Result<void> weigh(Run& run, std::uint64_t baseline_rows) {
  std::map<std::string, std::uint64_t> contributors;
  for (const ConfirmedRecord* record : run.left) ++contributors[record->contributor];
  const auto weights = influence_weights(contributors, baseline_rows);
  KnownPeople known;
  known.seen = TRY(seen_persons(run.live, run.confirmed, run.store));
  known.locked = TRY(seen_persons({.members = run.live.locked}, run.confirmed, run.store));
  const int persons_max = run.disease.plan.new_persons_max;
  const auto is_new = mark_new_people(run.left, run.live, known,
                                      static_cast<std::size_t>(std::max(persons_max, 0)));
  for (std::size_t i = 0; i < run.left.size(); ++i) {
    const ConfirmedRecord& record = *run.left[i];
    run.selection.records.push_back(
        raw(record, weights.at(record.contributor), is_new[i], run.live));
    run.selection.predictions.push_back(record.prediction.id);
  }
  run.selection.funnel.used = run.left.size();
  return {};
}

Result<void> verification(Run& run) {
  std::map<PredictionId, OutcomeValue> outcomes;
  for (const ConfirmedRecord& record : run.confirmed) {
    outcomes.emplace(record.prediction.id, record.value);
  }
  std::vector<VerificationRow> rows;
  const std::int64_t window = kSecondsPerDay * run.disease.outcome.maturity_days;
  TRY(run.store.visit_verification(
      run.disease.id, [&](const Prediction& prediction, bool confirmed) -> Result<void> {
        if (run.cancel.requested()) return cancelled();
        if (!prediction.risk || prediction.made_at.seconds + window > run.cut_off.seconds ||
            run.held.contains(prediction.id)) {
          return {};
        }
        const auto outcome = outcomes.find(prediction.id);
        const bool known = confirmed && outcome != outcomes.end();
        rows.push_back({static_cast<float>(prediction.risk->value),
                        static_cast<std::uint8_t>(known ? 1 : 0),
                        static_cast<std::uint8_t>(known ? outcome->second : OutcomeValue::Absent)});
        return {};
      }));
  run.selection.verification = measure_verification(rows);
  return {};
}

}  // namespace

Result<Selection> select_records(const SelectionRequest& request, RecordStore& store,
                                 const CancelToken& cancel) {
  Run run{request.disease, store, request.cut_off, cancel, request.live, {}, {}, {}, {}};
  run.selection.cut_off = request.cut_off;
  for (const auto step : {count, test, eligible, visits, check}) TRY(step(run));
  list_surprises(run);
  TRY(weigh(run, request.baseline_rows));
  TRY(verification(run));
  if (!run.selection.funnel.adds_up()) {
    return broken_invariant(
        fmt::format("{}: the funnel of records does not add up", request.disease.id));
  }
  return std::move(run.selection);
}

}  // namespace relearn
