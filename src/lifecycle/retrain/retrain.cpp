#include "lifecycle/retrain/retrain.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/file.h"
#include "learning/cohort/synthetic.h"
#include "lifecycle/retrain/report_json.h"
#include "lifecycle/retrain/report_page.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

/// What the steps hand on to each other.
struct Run {
  const RetrainRequest& request;
  const CancelToken& cancel;
  ProgressSink& progress;
  RetrainRecord record;
  std::vector<SourceReading> readings;  // read -> merge
  Cohort cohort;                        // merge -> search, evaluate
  SearchOptions options;                // as they fit the size of the cohort
};

SourceFunnel funnel_of(const SourceReading& reading) {
  return {reading.file,     reading.source,      reading.adapter,  reading.counts,
          reading.findings, reading.quarantined, reading.warnings, reading.polarity};
}

/// The built-in cohort goes the way of every file: written as text, read and checked.
Result<SourceReading> read_synthetic(const RetrainRequest& request, const CancelToken& cancel) {
  std::string text;
  const auto append = [&](std::string_view piece) -> Result<void> {
    text += piece;
    return {};
  };
  TRY(synthesize(request.disease, kSyntheticRows, request.search.seed, append, cancel));
  return read_source_text(request.disease, text, "built-in synthetic cohort", kCanonicalAdapter,
                          cancel);
}

Result<void> read(Run& run) {
  const RetrainRequest& request = run.request;
  if (request.files.empty()) {
    run.readings.push_back(TRY(read_synthetic(request, run.cancel)));
  }
  for (const fs::path& file : request.files) {
    run.progress.report(
        {"read", file.filename().string(), run.readings.size(), request.files.size()});
    run.readings.push_back(TRY(read_source(request.disease, file, request.adapter, run.cancel)));
  }
  for (const SourceReading& reading : run.readings) {
    run.record.sources.push_back(funnel_of(reading));
  }
  return {};
}

Result<void> merge(Run& run) {
  const DiseaseFile& disease = run.request.disease;
  Assembly assembly = TRY(assemble(disease, std::move(run.readings)));
  run.readings.clear();
  run.record.warnings = std::move(assembly.warnings);
  run.record.rows = assembly.cohort.rows();
  run.cohort =
      disease.repeated_measures ? mean_per_person(assembly.cohort) : std::move(assembly.cohort);
  run.record.synthetic = run.cohort.synthetic;
  run.record.training_digest = run.cohort.digest;
  run.record.evidence = TRY(evidence_tier(disease.evidence, evidence_facts(run.cohort)));
  run.options = for_size(run.request.search, run.cohort.rows());
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
  const auto groups = report_groups(run.request.disease, run.cohort);
  ReportInput input{run.cohort.outcomes, nested.contenders.front().risks, run.cohort.persons,
                    run.request.disease.thresholds, groups};
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
  const DiseaseFile& disease = run.request.disease;
  const RetrainRecord& record = run.record;
  const GroupReport& everybody = record.report.everybody;
  return {{"disease", disease.id},
          {"version", fmt::format("{}", disease.version)},
          {"spec_digest", disease.digest},
          {"training_digest", record.training_digest},
          {"data", record.synthetic ? "SYNTHETIC" : "REAL"},
          {"rows", fmt::format("{}", record.rows)},
          {"persons", fmt::format("{}", everybody.persons)},
          {"cases", fmt::format("{}", everybody.cases)},
          {"families", family_names(record.model)},
          {"seed", fmt::format("{}", run.options.seed)},
          {"code_version", run.request.code_version},
          {"evidence_tier", std::string(tier_name(record.evidence.tier))},
          {"threshold_decision", fmt::format("{}", disease.thresholds.decision)},
          {"auroc", metric_text(record.report, "auroc")},
          {"brier", metric_text(record.report, "brier")},
          {"log_loss", metric_text(record.report, "log_loss")},
          {"calibration_slope", metric_text(record.report, "calibration_slope")}};
}

fs::path beside(const fs::path& model_file, std::string_view ending) {
  return fs::path(model_file).replace_extension(ending);
}

/// The reports first, the model last: a model that is there has its reports.
Result<void> publish(Run& run) {
  RetrainRecord& record = run.record;
  record.facts = model_facts(run);
  const std::string bytes = TRY(write_model(record.model, record.facts));
  const SavedModel check = TRY(read_model(bytes));  // what cannot be read back is not published
  if (!(check.model == record.model)) {
    return broken_invariant("the model read back from its file is another one");
  }
  record.model_digest = check.digest;
  record.model_file = run.request.out / run.request.disease.model_file_name;
  record.report_html = beside(record.model_file, ".report.html");
  record.report_json = beside(record.model_file, ".report.json");
  const std::string json = report_json(run.request.disease, record);
  const std::string page = report_page(run.request.disease, record);
  if (run.cancel.requested()) return cancelled();
  TRY(write_file_atomically(record.report_json, json));
  TRY(write_file_atomically(record.report_html, page));
  return write_file_atomically(record.model_file, bytes);
}

struct Step {
  const char* name;
  Result<void> (*run)(Run&);
};

constexpr std::array kSteps = {Step{"read", read}, Step{"merge", merge},
                               Step{"search", search_model}, Step{"evaluate", evaluate},
                               Step{"publish", publish}};

}  // namespace

Result<RetrainRecord> retrain(const RetrainRequest& request, const MonotonicClock& clock,
                              const CancelToken& cancel, ProgressSink& progress) {
  Run run{request, cancel, progress, {}, {}, {}, {}};
  for (const Step& step : kSteps) {
    if (cancel.requested()) return cancelled();
    const auto started = clock();
    TRY(step.run(run));
    run.record.times.push_back(
        {step.name, std::chrono::duration_cast<std::chrono::milliseconds>(clock() - started)});
  }
  return std::move(run.record);
}

Result<std::vector<fs::path>> baseline_files(const DiseaseFile& disease, const fs::path& data) {
  if (fs::is_regular_file(data)) return std::vector{data};
  if (!fs::is_directory(data)) {
    return not_found(fmt::format("{}: is neither a file nor a folder", data.string()));
  }
  for (const fs::path& folder : {data / disease.id, data}) {
    for (const auto* names : {&disease.baseline, &disease.baseline_otherwise}) {
      std::vector<fs::path> found;
      for (const std::string& name : *names) {
        if (fs::is_regular_file(folder / name)) found.push_back(folder / name);
      }
      if (!found.empty()) return found;
    }
  }
  std::string wanted;
  for (const std::string& name : disease.baseline) wanted += (wanted.empty() ? "" : ", ") + name;
  return not_found(
      fmt::format("{}: holds none of the baseline files of {} ({}); 'relearn data fetch' "
                  "downloads them",
                  data.string(), disease.id, wanted));
}

}  // namespace relearn
