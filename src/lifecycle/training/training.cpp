#include "lifecycle/training/training.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/normal.h"
#include "clinical/synthetic_mark.h"
#include "learning/cohort/locked_set.h"
#include "learning/cohort/synthetic.h"
#include "learning/metrics/calibration.h"
#include "learning/models/risk_scorer.h"
#include "lifecycle/training/gather_evidence.h"
#include "lifecycle/training/live_model.h"
#include "lifecycle/training/people_shown.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

/// What the steps hand on to each other.
struct Run {
  const DiseaseFile& disease;
  const TrainingJob& job;
  const fs::path& folder;
  const CancelToken& cancel;
  SearchStop stop;
  ProgressSink& progress;
  TrainingRecord record;
  std::vector<SourceReading> readings = {};  // read -> merge
  Cohort cohort = {};                        // merge -> search, evaluate: who is learnt from
  LockedSet lock = {};                       // merge -> judge; of a job that asks for evidence
  Cohort locked = {};                        // its people
  SearchOptions options = {};                // as they fit the size of the cohort
  Recipe recipe = {};                        // search -> facts
  std::optional<LiveModel> champion = {}, anchor = {};
};

SourceFunnel funnel_of(const SourceReading& reading) {
  return {reading.file,     reading.source,      reading.adapter,  reading.counts,
          reading.findings, reading.quarantined, reading.warnings, reading.polarity};
}

/// The built-in cohort goes the way of every file: written as text, read and checked.
Result<SourceReading> read_synthetic(const Run& run) {
  std::string text;
  const auto append = [&](std::string_view piece) -> Result<void> {
    text += piece;
    return {};
  };
  TRY(synthesize(run.disease, kSyntheticRows, kSyntheticSeed, append, run.cancel));
  return read_source_text(run.disease, text, "built-in synthetic cohort", kCanonicalAdapter,
                          run.cancel);
}

/// Reading and messages call the file by its name, not by its path here.
Result<SourceReading> read_baseline(const Run& run, const BaselineFile& file,
                                    std::string_view adapter) {
  auto reading = read_source(run.disease, file.path, adapter, run.cancel);
  if (reading.ok()) {
    reading.value().file = file.name;
    return reading;
  }
  Error error = reading.take_error();
  const std::string path = file.path.string();
  if (error.message.starts_with(path)) error.message.replace(0, path.size(), file.name);
  return error;
}

Result<void> read(Run& run) {
  const TrainingJob& job = run.job;
  const bool with_cohort = !job.cohort_digest.empty();
  std::optional<SourceReading> snapshot;
  if (with_cohort) snapshot = TRY(read_snapshot(run.disease, run.folder / kCohortFile, run.cancel));
  const bool real = snapshot && !snapshot->synthetic;
  if (job.files.empty() && !real) run.readings.push_back(TRY(read_synthetic(run)));
  const std::size_t files = job.files.size() + (with_cohort ? 1 : 0);
  for (const BaselineFile& file : job.files) {
    run.progress.report(
        {"read", fs::path(file.name).filename().string(), run.readings.size(), files});
    run.readings.push_back(TRY(read_baseline(run, file, job.adapter)));
  }
  if (with_cohort) {
    run.progress.report({"read", kCohortFile, run.readings.size(), files});
    run.readings.push_back(std::move(*snapshot));
  }
  for (const SourceReading& reading : run.readings) {
    run.record.sources.push_back(funnel_of(reading));
  }
  return {};
}

LockedSet locked_of(const Run& run) {
  const LockedSetPlan& plan = run.disease.plan.locked;
  const unsigned generation = run.job.judgement->locked_generation;
  if (generation > 1) return lock_marked_people(run.cohort, generation);
  const auto count = [](int number) { return static_cast<std::size_t>(std::max(number, 0)); };
  return lock_people(
      run.cohort, {.share = plan.share,
                   .persons_min = count(plan.at_least.persons),
                   .class_min = count(std::max(plan.at_least.cases, plan.at_least.non_cases)),
                   .baseline_files =
                       static_cast<std::uint16_t>(std::max<std::size_t>(run.job.files.size(), 1))});
}

/// From here on nothing that learns can see the locked people.
void lock_away(Run& run) {
  run.lock = locked_of(run);
  if (!run.lock.exists()) run.record.warnings.push_back(run.lock.none_because);
  run.locked = take_rows(run.cohort, run.lock.locked);
  run.cohort = take_rows(run.cohort, run.lock.learning);
  run.cohort.digest = cohort_digest(run.cohort);
  run.record.rows = run.cohort.rows();
}

Result<void> merge(Run& run) {
  const DiseaseFile& disease = run.disease;
  Assembly assembly = TRY(assemble(disease, std::move(run.readings)));
  run.readings.clear();
  run.record.warnings = std::move(assembly.warnings);
  run.record.rows = assembly.cohort.rows();
  run.cohort =
      disease.repeated_measures ? mean_per_person(assembly.cohort) : std::move(assembly.cohort);
  run.record.synthetic = run.cohort.synthetic;
  if (run.job.judgement) lock_away(run);
  run.record.people = count_people(disease, run.cohort, run.locked);
  run.record.training_digest = run.cohort.digest;
  run.record.evidence = TRY(evidence_tier(disease.evidence, evidence_facts(run.cohort)));
  run.options = for_size(run.job.search, run.cohort.rows());
  run.options.stop = &run.stop;
  return {};
}

EvidenceQuestion evidence_question(const Run& run) {
  return {.disease = run.disease,
          .judgement = *run.job.judgement,
          .learning = run.cohort,
          .locked = run.locked,
          .candidate = *run.record.candidate,
          .champion = run.champion ? &*run.champion : nullptr,
          .anchor = run.anchor ? &*run.anchor : nullptr,
          .search = as_searched(run.options)};
}

void start_leaderboard(Run& run, std::span<const FamilyOutcome> families) {
  for (const FamilyOutcome& family : families) {
    run.record.leaderboard.push_back(
        {family.family, family.candidate, family.left_out_because, {}, {}, {}});
  }
}

/// What the plan allows; after an erasure only what remembers nobody.
std::vector<Rung> allowed_rungs(const Run& run) {
  std::vector<Rung> rungs = run.disease.plan.rungs;
  if (run.job.judgement->trigger == RetrainTrigger::Erasure) {
    std::erase_if(rungs, [](Rung rung) { return rung < Rung::SameRecipe; });
  }
  return rungs;
}

/// The candidate of a job that asks for evidence: the ladder's choice.
Result<void> climb_ladder(Run& run) {
  const Judgement& judgement = *run.job.judgement;
  if (judgement.champion.given()) {
    run.champion = TRY(load_live_model(run.disease, judgement.champion));
    run.anchor = TRY(load_live_model(run.disease, judgement.anchor));
  }
  const std::vector<Rung> rungs = allowed_rungs(run);
  CandidateModel candidate =
      TRY(make_candidate({.learning = run.cohort,
                          .champion = run.champion ? &*run.champion : nullptr,
                          .allowed = rungs,
                          .not_worse_nats = run.disease.plan.margins.new_nats,
                          .search = run.options},
                         run.cancel, run.progress));
  run.record.model = candidate.model;
  run.recipe = candidate.recipe;
  start_leaderboard(run, candidate.families);
  run.record.candidate = std::move(candidate);
  return {};
}

Result<void> search_model(Run& run) {
  if (run.job.judgement) return climb_ladder(run);
  SearchResult found = TRY(search(run.cohort, run.options, run.cancel, run.progress));
  run.record.model = std::move(found.model);
  run.recipe = std::move(found.recipe);
  start_leaderboard(run, found.families);
  return {};
}

Result<void> judge(Run& run) {
  if (!run.job.judgement) return {};
  GatheredEvidence found = TRY(gather_evidence(evidence_question(run), run.cancel, run.progress));
  run.record.verdict_evidence = std::move(found.evidence);
  run.record.judged = std::move(found.judged);
  if (!run.champion || run.record.judged->people.rows() == 0) return {};
  auto both =
      put_side_by_side(run.disease, *run.record.judged, run.record.model, run.champion->model);
  if (both.ok()) run.record.side_by_side = both.take_value();
  // One class only among them has no curves; the evidence says so itself.
  if (!both.ok() && both.error().kind != ErrorKind::NotReady) return both.take_error();
  return {};
}

/// Of risks of people whom the model did not learn from.
Result<std::optional<RiskBand>> band_of(std::span<const std::uint8_t> outcomes,
                                        std::span<const double> risks,
                                        std::span<const std::uint32_t> persons) {
  const auto line = calibration_line(outcomes, risks, persons);
  if (!line.ok() && line.error().kind == ErrorKind::NotReady) return std::optional<RiskBand>();
  if (!line.ok()) return line.error();
  const CalibrationLine& told = line.value();
  return std::optional(RiskBand{told.intercept, told.slope, told.covariance});
}

/// An update of the live model is judged on those it never learnt from: new people, and the locked
/// ones when they were looked at.
Result<void> evaluate_update(Run& run) {
  const JudgedPeople& judged = *run.record.judged;
  const auto groups = report_groups(run.disease, judged.people);
  const std::vector<std::vector<double>> repeats = {judged.candidate};
  auto report = make_report(
      {judged.people.outcomes, repeats, judged.people.persons, run.disease.thresholds, groups});
  if (!report.ok() && report.error().kind == ErrorKind::NotReady) {
    return not_ready(fmt::format(
        "{}: nobody is new and nobody is locked, so that nothing can be judged; there is nothing "
        "to change",
        run.disease.id));
  }
  run.record.report = TRY(std::move(report));
  std::vector<double> risks;
  for (const double log_odds : log_odds_of(run.record.model, run.cohort)) {
    risks.push_back(logistic(log_odds));
  }
  run.record.reference = make_population_reference(run.disease, run.cohort, risks);
  run.record.band = TRY(band_of(judged.people.outcomes, judged.candidate, judged.people.persons));
  return {};
}

Result<NestedRisks> evaluated_risks(Run& run) {
  if (run.record.candidate) return std::move(*run.record.candidate->nested);
  return nested_risks(run.cohort, run.cohort, as_searched(run.options), run.cancel, run.progress);
}

Result<void> evaluate(Run& run) {
  if (run.record.candidate && run.record.candidate->update) return evaluate_update(run);
  const NestedRisks nested = TRY(evaluated_risks(run));
  const auto groups = report_groups(run.disease, run.cohort);
  ReportInput input{run.cohort.outcomes, nested.contenders.front().risks, run.cohort.persons,
                    run.disease.thresholds, groups};
  run.progress.report({"report", "metrics with intervals, subgroups", 0, 0});
  run.record.report = TRY(make_report(input));
  run.record.reference = make_population_reference(run.disease, run.cohort, input.repeats.front());
  run.record.band = TRY(band_of(run.cohort.outcomes, input.repeats.front(), run.cohort.persons));
  for (LeaderboardRow& row : run.record.leaderboard) {
    const auto contender = std::ranges::find_if(nested.contenders, [&](const auto& one) {
      return one.family == (row.family == kAverageFamily ? kPublished : row.family);
    });
    if (contender == nested.contenders.end() || !row.left_out_because.empty()) continue;
    input.repeats = contender->risks;
    row.auroc = TRY(averaged_metric("auroc", input));
    row.brier = TRY(averaged_metric("brier", input));
    row.log_loss = TRY(averaged_metric("log_loss", input));
  }
  return {};
}

std::string family_names(const RiskModel& model) {
  std::string names;
  for (const Member& member : model.members) {
    names += fmt::format("{}{}", names.empty() ? "" : ",", member.family);
  }
  return names;
}

std::string metric_text(const Report& report, std::string_view metric) {
  const Measurement* found = report.everybody.find(metric);
  if (found == nullptr || !found->defined()) return "undefined";
  return fmt::format("{:.3f} ({:.3f} to {:.3f})", found->estimate.value, found->estimate.low,
                     found->estimate.high);
}

/// What the model file says about itself. No clock: the same data and seed give the same bytes.
ModelFacts model_facts(const Run& run) {
  const DiseaseFile& disease = run.disease;
  const TrainingRecord& record = run.record;
  const GroupReport& everybody = record.report.everybody;
  ModelFacts facts = {
      {"disease", disease.id},
      {"version", fmt::format("{}", disease.version)},
      {"spec_digest", disease.digest},
      {"training_digest", record.training_digest},
      {std::string(kDataFact), std::string(record.synthetic ? kSyntheticData : kRealData)},
      {"rows", fmt::format("{}", record.rows)},
      {"persons", fmt::format("{}", everybody.persons)},
      {"cases", fmt::format("{}", everybody.cases)},
      {"families", family_names(record.model)},
      {"seed", fmt::format("{}", run.options.seed)},
      {"code_version", run.job.code_version},
      {"evidence_tier", std::string(tier_name(record.evidence.tier))},
      {"threshold_decision", fmt::format("{}", disease.thresholds.decision)},
      {"auroc", metric_text(record.report, "auroc")},
      {"brier", metric_text(record.report, "brier")},
      {"log_loss", metric_text(record.report, "log_loss")},
      {"calibration_slope", metric_text(record.report, "calibration_slope")}};
  facts.emplace_back(kRecipeFact, recipe_text(run.recipe));
  if (record.band) facts.emplace_back(kRiskBandFact, risk_band_text(*record.band));
  if (record.candidate) {
    facts.emplace_back("rung", std::string(word_of(record.candidate->rung)));
    if (run.champion) facts.emplace_back("made_from", run.champion->digest);
    if (run.lock.exists()) facts.emplace_back("locked_set", run.lock.digest);
  }
  // The snapshot of confirmed records that it learnt from, by content.
  if (!run.job.cohort_digest.empty()) facts.emplace_back("snapshot", run.job.cohort_digest);
  return facts;
}

using Step = Result<void> (*)(Run&);
constexpr std::array<Step, 5> kSteps = {read, merge, search_model, judge, evaluate};

}  // namespace

Result<TrainingRecord> train(const DiseaseFile& disease, const TrainingJob& job,
                             const fs::path& folder, const TrainingWishes& wishes,
                             ProgressSink& progress) {
  const CancelToken& cancel = wishes.cancel;
  Run run{disease, job, folder, cancel, {wishes.keep_best}, progress, {}};
  run.record.origin = TRY(parse_origin(job.funnel_json, job.privacy_json));
  for (const Step step : kSteps) {
    if (cancel.requested()) return cancelled();
    TRY(step(run));
  }
  run.record.families = run.stop.families;
  run.record.facts = model_facts(run);
  return std::move(run.record);
}

}  // namespace relearn
