#include "lifecycle/retrain/retrain.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "cli/commands.h"
#include "learning/evaluation/report_text.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

/// Where `relearn data fetch` puts files when nothing else is said.
constexpr const char* kDataFolder = "data";

/// The files to learn from; empty: the built-in synthetic cohort.
Result<std::vector<fs::path>> files_for(const DiseaseFile& disease, const RetrainCommand& command) {
  if (!command.data.empty()) return baseline_files(disease, command.data);
  auto found = baseline_files(disease, kDataFolder);
  if (!found.ok() && found.error().kind == ErrorKind::NotFound) return std::vector<fs::path>{};
  return found;
}

void print_sources(std::FILE* out, const RetrainRecord& record) {
  for (const SourceFunnel& source : record.sources) {
    fmt::print(out, "  read       {}: {} rows, {} accepted, {} set aside ({} exact copies)\n",
               fs::path(source.file).filename().string(), source.counts.rows,
               source.counts.accepted, source.counts.quarantined, source.counts.duplicates);
    for (const std::string& warning : source.warnings)
      fmt::print(out, "  warning    {}\n", warning);
  }
  for (const std::string& warning : record.warnings) fmt::print(out, "  warning    {}\n", warning);
}

void print_leaderboard(std::FILE* out, const RetrainRecord& record) {
  fmt::print(out, "\n  {:<16} {:<24} {:<24} {}\n", "family", "AUROC", "Brier", "log loss");
  const auto text = [](const Estimate& e) {
    return fmt::format("{:.3f} ({:.3f} to {:.3f})", e.value, e.low, e.high);
  };
  for (const LeaderboardRow& row : record.leaderboard) {
    if (row.left_out_because.empty()) {
      fmt::print(out, "  {:<16} {:<24} {:<24} {}\n", row.family, text(row.auroc), text(row.brier),
                 text(row.log_loss));
    } else {
      fmt::print(out, "  {:<16} left out: {}\n", row.family, row.left_out_because);
    }
  }
}

void print_record(std::FILE* out, const DiseaseFile& disease, const RetrainRecord& record) {
  fmt::print(out, "{}{}\n", disease.name.find("en")->second, record.synthetic ? "  SYNTHETIC" : "");
  print_sources(out, record);
  fmt::print(out, "\n{}", report_to_text(record.report));
  print_leaderboard(out, record);
  fmt::print(out, "\n");
  for (const std::string& sentence : record.evidence.sentences) fmt::print(out, "  {}\n", sentence);
  if (record.synthetic) {
    fmt::print(out,
               "  SYNTHETIC: learnt from invented people. 'relearn data fetch' or --data gives it "
               "real ones.\n");
  }
  std::chrono::milliseconds total{0};
  for (const StepTime& time : record.times) total += time.duration;
  fmt::print(out, "  published  {}\n  report     {}\n  took       {:.1f} s\n\n",
             record.model_file.string(), record.report_html.string(),
             static_cast<double>(total.count()) / 1000);
}

Result<void> write_set_aside(const RetrainRecord& record, const fs::path& path) {
  std::string text;
  for (const SourceFunnel& source : record.sources) {
    for (const QuarantinedRow& row : source.quarantined) text += row.text + "\n";
  }
  return write_file_atomically(path, text);
}

SearchOptions search_options(const RetrainCommand& command) {
  SearchOptions options;
  options.grid = command.grid == "notebooks" ? Grid::Notebooks : Grid::Clinical;
  options.families = command.families;
  options.outer_folds = options.inner_folds = command.folds;
  options.repeats = command.repeats;
  options.seed = command.seed;
  options.threads = command.threads;
  return options;
}

Result<std::vector<DiseaseFile>> asked_diseases(const std::string& id, const Context& context) {
  if (id == "all") return load_disease_folder(context.diseases);
  std::vector<DiseaseFile> one;
  one.push_back(TRY(find_disease(context, id)));
  return one;
}

}  // namespace

Result<void> run_retrain(const RetrainCommand& command, const Context& context) {
  const Environment& world = context.environment;
  const auto diseases = TRY(asked_diseases(command.disease, context));
  // What is missing is said before the first hour of work, not after it.
  std::vector<std::vector<fs::path>> files;
  for (const DiseaseFile& disease : diseases) files.push_back(TRY(files_for(disease, command)));

  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < diseases.size(); ++i) {
    const RetrainRequest request{diseases[i],     files[i],
                                 command.adapter, search_options(command),
                                 command.out,     RELEARN_VERSION};
    auto progress = make_progress(world.err, context.format, world.clock);
    const RetrainRecord record = TRY(retrain(request, world.clock, world.cancel, *progress));
    progress.reset();
    if (!command.quarantine.empty()) TRY(write_set_aside(record, command.quarantine));
    if (context.format == OutputFormat::Plain) {
      print_record(world.out, diseases[i], record);
      continue;
    }
    const std::string json = TRY(read_file(record.report_json, 64 << 20));
    results.push_back(nlohmann::ordered_json::parse(json));
  }
  if (context.format == OutputFormat::Json) fmt::print(world.out, "{}\n", results.dump(2));
  return {};
}

}  // namespace relearn
