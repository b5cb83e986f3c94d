#include "lifecycle/training/training.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "learning/cohort/synthetic.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

/// What the steps hand on to each other.
struct Run {
  const DiseaseFile& disease;
  const TrainingJob& job;
  const fs::path& folder;
  const CancelToken& cancel;
  ProgressSink& progress;
  TrainingRecord record;
  std::vector<SourceReading> readings;  // read -> merge
  Cohort cohort;                        // merge -> search, evaluate
  SearchOptions options;                // as they fit the size of the cohort
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
  TRY(synthesize(run.disease, kSyntheticRows, run.job.search.seed, append, run.cancel));
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
  if (job.files.empty() && !with_cohort) run.readings.push_back(TRY(read_synthetic(run)));
  const std::size_t files = job.files.size() + (with_cohort ? 1 : 0);
  for (const BaselineFile& file : job.files) {
    run.progress.report(
        {"read", fs::path(file.name).filename().string(), run.readings.size(), files});
    run.readings.push_back(TRY(read_baseline(run, file, job.adapter)));
  }
  if (with_cohort) {
    run.progress.report({"read", kCohortFile, run.readings.size(), files});
    run.readings.push_back(
        TRY(read_baseline(run, {run.folder / kCohortFile, kCohortFile}, kCanonicalAdapter)));
  }
  for (const SourceReading& reading : run.readings) {
    run.record.sources.push_back(funnel_of(reading));
  }
  return {};
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
  run.record.training_digest = run.cohort.digest;
  run.record.evidence = TRY(evidence_tier(disease.evidence, evidence_facts(run.cohort)));
  run.options = for_size(run.job.search, run.cohort.rows());
  return {};
}

Result<void> search_model(Run& run) {
  SearchResult found = TRY(search(run.cohort, run.options, run.cancel, run.progress));
  run.record.model = std::move(found.model);
  for (FamilyOutcome& family : found.families) {
    run.record.leaderboard.push_back({std::move(family.family),
                                      std::move(family.candidate),
                                      std::move(family.left_out_because),
                                      {},
                                      {},
                                      {}});
  }
  return {};
}

Result<void> evaluate(Run& run) {
  const NestedRisks nested =
      TRY(nested_risks(run.cohort, run.cohort, run.options, run.cancel, run.progress));
  const auto groups = report_groups(run.disease, run.cohort);
  ReportInput input{run.cohort.outcomes, nested.contenders.front().risks, run.cohort.persons,
                    run.disease.thresholds, groups};
  run.progress.report({"report", "metrics with intervals, subgroups", 0, 0});
  run.record.report = TRY(make_report(input));
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
  ModelFacts facts = {{"disease", disease.id},
                      {"version", fmt::format("{}", disease.version)},
                      {"spec_digest", disease.digest},
                      {"training_digest", record.training_digest},
                      {"data", record.synthetic ? "SYNTHETIC" : "REAL"},
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
  // The snapshot of confirmed records that it learnt from, by content.
  if (!run.job.cohort_digest.empty()) facts.emplace_back("snapshot", run.job.cohort_digest);
  return facts;
}

using Step = Result<void> (*)(Run&);
constexpr std::array<Step, 4> kSteps = {read, merge, search_model, evaluate};

}  // namespace

Result<TrainingRecord> train(const DiseaseFile& disease, const TrainingJob& job,
                             const fs::path& folder, const CancelToken& cancel,
                             ProgressSink& progress) {
  Run run{disease, job, folder, cancel, progress, {}, {}, {}, {}};
  run.record.origin = TRY(parse_origin(job.funnel_json, job.privacy_json));
  for (const Step step : kSteps) {
    if (cancel.requested()) return cancelled();
    TRY(step(run));
  }
  run.record.facts = model_facts(run);
  return std::move(run.record);
}

}  // namespace relearn
