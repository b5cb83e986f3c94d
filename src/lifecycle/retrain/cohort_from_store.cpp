#include "lifecycle/retrain/cohort_from_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/digest.h"
#include "base/file.h"
#include "clinical/synthetic_mark.h"
#include "learning/cohort/baseline.h"
#include "learning/cohort/cohort.h"
#include "lifecycle/retrain/baseline_twins.h"
#include "lifecycle/selection/locked_draw.h"
#include "lifecycle/selection/selection.h"
#include "privacy/deidentify.h"

namespace relearn {
namespace {

/// SHA-256 of a secret seed and a counter: numbers that nobody without the seed can tell.
class KeyedStream {
 public:
  explicit KeyedStream(std::string seed) : seed_(std::move(seed)) {}

  std::uint64_t next() {
    const std::string block = sha256(fmt::format("{} {}", seed_, counter_++));
    return std::stoull(block.substr(0, 16), nullptr, 16);
  }

 private:
  std::string seed_;
  std::uint64_t counter_ = 0;
};

Result<std::vector<SourceReading>> read_baseline(const CohortRequest& request,
                                                 const CancelToken& cancel) {
  std::vector<SourceReading> readings;
  for (const auto& file : request.baseline) {
    readings.push_back(TRY(read_source(request.disease, file, request.adapter, cancel)));
  }
  return readings;
}

std::uint64_t rows_of(std::span<const SourceReading> readings) {
  std::uint64_t rows = 0;
  for (const SourceReading& reading : readings) rows += reading.rows();
  return rows;
}

/// Takes out who stands in the baseline already.
void leave_out_twins(const DiseaseFile& disease, std::span<const SourceReading> readings,
                     Selection& selection) {
  const auto twins = baseline_twins(disease, selection.records, readings);
  if (twins.empty()) return;
  std::vector<RawRecord> records;
  std::vector<PredictionId> predictions;
  for (std::size_t i = 0, twin = 0; i < selection.records.size(); ++i) {
    if (twin < twins.size() && twins[twin] == i) {
      ++twin;
      continue;
    }
    records.push_back(std::move(selection.records[i]));
    predictions.push_back(std::move(selection.predictions[i]));
  }
  selection.records = std::move(records);
  selection.predictions = std::move(predictions);
  selection.funnel.leave_out("stands in the baseline already", twins.size());
  selection.funnel.used = selection.records.size();
}

/// One text for all that goes into a snapshot: equal texts, equal snapshots.
std::string content_digest(const DiseaseFile& disease, const Selection& selection) {
  Sha256 digest;
  digest.update(disease.digest);
  for (std::size_t i = 0; i < selection.records.size(); ++i) {
    const RawRecord& record = selection.records[i];
    digest.update(fmt::format("\n{} {} {} {} {} {}", selection.predictions[i].text,
                              record.assessed_at.seconds, record.outcome, record.weight,
                              record.is_new, record.served_risk.value_or(-1)));
    for (const auto& [id, text] : record.fields) digest.update(fmt::format(" {}={}", id, text));
  }
  return digest.finish();
}

/// What the privacy border held back continues the funnel, so that it still adds up.
void continue_funnel(const Deidentified& made, Funnel& funnel) {
  for (const auto& [reason, count] : made.report.set_aside) {
    funnel.leave_out(fmt::format("held back at the privacy border: {}", reason), count);
  }
  funnel.leave_out(fmt::format("suppressed: fewer than {} people alike", made.report.k_asked),
                   made.report.suppressed);
  funnel.used = made.report.records_out;
}

Result<LiveLearning> live_learning(const std::string& disease, VersionStore& versions) {
  LiveLearning learning;
  const auto live = TRY(versions.live_version(disease));
  if (!live) return learning;
  learning.model_digest = live->what.model_digest;
  if (!live->what.snapshot.empty()) {
    learning.members = TRY(versions.snapshot_members(live->what.snapshot));
  }
  for (LockedGeneration& generation : TRY(versions.locked_generations(disease))) {
    learning.members.insert(learning.members.end(), learning.locked.begin(), learning.locked.end());
    learning.locked = std::move(generation.members);
  }
  return learning;
}

/// Locks a share of the new people away, who judge candidates from now on. Written down before any
/// of them is left out of what is learnt from.
Result<void> draw_locked_people(const CohortRequest& request, const KeyedText& keyed,
                                VersionStore& versions, Selection& selection,
                                PreparedCohort& prepared) {
  const unsigned generation = request.draw_generation;
  const LockedDraw draw =
      draw_locked(selection, request.disease.plan.locked, generation,
                  [&](std::string_view person) { return keyed("locked", person); });
  if (draw.persons == 0) {
    prepared.locked_note = fmt::format("{} About {} more confirmed people would do.",
                                       draw.none_because, draw.lacking.persons);
    return {};
  }
  const auto live = TRY(versions.live_version(request.disease.id));
  TRY(versions.lock_away(request.disease.id,
                         {generation, request.cut_off, live ? live->number : 0, draw.members}));
  for (std::size_t i = 0; i < selection.records.size(); ++i) {
    if (std::ranges::binary_search(draw.members, selection.predictions[i])) {
      selection.records[i].is_new = kLockedRow;
    }
  }
  prepared.locked_note = fmt::format(
      "The locked people are replaced: {} of the new ones, {} of them ill, judge from now on and "
      "are "
      "never learnt from.",
      draw.persons, draw.cases);
  return {};
}

/// Those who came through the privacy border.
NewPeople count_new(const Selection& selection, const Deidentified& made) {
  NewPeople people;
  std::set<std::string> persons;
  for (const std::size_t member : made.members) {
    const RawRecord& record = selection.records[member];
    if (record.is_new != 1 || !persons.insert(record.person).second) continue;
    ++people.persons;
    people.cases += record.outcome;
  }
  return people;
}

Result<void> keep_snapshot(const CohortRequest& request, const Selection& selection,
                           const Deidentified& made, PreparedCohort& prepared,
                           VersionStore& versions) {
  if (prepared.people == PeopleKind::Invented) {
    prepared.cohort_file = fmt::format("{}: invented people of this store\n", kSyntheticMark);
  }
  prepared.cohort_file += made.cohort_file;
  prepared.snapshot = sha256(prepared.cohort_file);
  NewSnapshot snapshot{prepared.snapshot,
                       request.disease.id,
                       made.report.privacy_version,
                       made.report.records_out,
                       made.report.persons_out,
                       request.cut_off,
                       {}};
  for (const std::size_t member : made.members) {
    snapshot.members.push_back(selection.predictions[member]);
  }
  TRY(write_file_atomically(request.snapshots / (prepared.snapshot + ".csv"),
                            prepared.cohort_file));
  return versions.add_snapshot(snapshot, request.cut_off);
}

}  // namespace

Result<PreparedCohort> prepare_cohort(const CohortRequest& request, RecordStore& records,
                                      VersionStore& versions, const KeyedText& keyed,
                                      const CancelToken& cancel) {
  PreparedCohort prepared;
  prepared.people = TRY(records.people_kind());
  const LiveLearning live = TRY(live_learning(request.disease.id, versions));
  const auto readings = TRY(read_baseline(request, cancel));
  Selection selection = TRY(
      select_records({request.disease, request.cut_off, rows_of(readings), live}, records, cancel));
  leave_out_twins(request.disease, readings, selection);
  if (request.draw_generation > 0) {
    TRY(draw_locked_people(request, keyed, versions, selection, prepared));
  }
  KeyedStream stream(keyed("snapshot", content_digest(request.disease, selection)));
  const Deidentified made = TRY(deidentify(
      request.disease, selection.records, [&] { return stream.next(); }, cancel));
  prepared.funnel = std::move(selection.funnel);
  continue_funnel(made, prepared.funnel);
  if (!prepared.funnel.adds_up()) {
    return broken_invariant(
        fmt::format("{}: the funnel of records does not add up", request.disease.id));
  }
  prepared.privacy = made.report;
  prepared.new_people = count_new(selection, made);
  prepared.verification = std::move(selection.verification);
  prepared.adjudication = std::move(selection.adjudication);
  if (made.report.records_out > 0) {
    TRY(keep_snapshot(request, selection, made, prepared, versions));
  }
  return prepared;
}

std::string funnel_json(const PreparedCohort& prepared) {
  const Funnel& funnel = prepared.funnel;
  nlohmann::ordered_json lines = nlohmann::ordered_json::array();
  lines.push_back({{"label", "predictions found"}, {"count", funnel.found}});
  for (const FunnelStep& step : funnel.left_out) {
    lines.push_back({{"label", step.label}, {"count", step.count}});
  }
  lines.push_back({{"label", "used"}, {"count", funnel.used}});
  if (prepared.verification.predictions > 0) {
    lines.push_back({{"note", prepared.verification.sentence}});
  }
  if (!prepared.locked_note.empty()) lines.push_back({{"note", prepared.locked_note}});
  for (const AdjudicationItem& item : prepared.adjudication) {
    lines.push_back({{"note", fmt::format("To look at: {}: {}", item.what, item.why)}});
  }
  return lines.dump();
}

std::string prepared_text(const PreparedCohort& prepared) {
  std::string text = funnel_text(prepared.funnel);
  if (prepared.funnel.used > 0) {
    text += fmt::format("  new        {} people of whom the live model learnt nothing, {} ill\n",
                        prepared.new_people.persons, prepared.new_people.cases);
  }
  if (prepared.privacy.records_in > 0) {
    text += fmt::format("  privacy    {}\n", prepared.privacy.sentence);
  }
  if (!prepared.locked_note.empty()) {
    text += fmt::format("  locked     {}\n", prepared.locked_note);
  }
  for (const std::string& warning : prepared.privacy.warnings) {
    text += fmt::format("  warning    {}\n", warning);
  }
  if (prepared.verification.predictions > 0) {
    text += fmt::format("  confirmed  {}\n", prepared.verification.sentence);
  }
  for (const AdjudicationItem& item : prepared.adjudication) {
    text += fmt::format("  look at    {}: {}\n", item.what, item.why);
  }
  return text;
}

}  // namespace relearn
