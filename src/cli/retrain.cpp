#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "base/file.h"
#include "cli/commands.h"
#include "lifecycle/retrain/retrain_from_store.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

/// Where `relearn data fetch` puts files when nothing else is said.
constexpr const char* kDataFolder = "data";

void print_record(std::FILE* out, const RetrainRecord& record, std::chrono::milliseconds took) {
  fmt::print(out, "{}  published  {}\n  report     {}\n  took       {:.1f} s\n\n", record.summary,
             record.model_file.string(), record.report_html.string(),
             static_cast<double>(took.count()) / 1000);
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

/// The store, as long as its last user; NotFound when nothing is stored yet.
OpenRetrainStores store_opener(const Environment& world) {
  return [&world]() -> Result<RetrainStores> {
    const Stores stores = TRY(world.open_stores(OpenStore::MustExist));
    return RetrainStores{stores.records, stores.versions, stores.keyed,
                         stores.snapshots.parent_path()};
  };
}

/// Whether this platform's own people are learnt from, too.
enum class Records { BaselineOnly, FromStore };

void print_from_store(std::FILE* out, const StoreRetrainRecord& record) {
  fmt::print(out, "  Records of this platform\n{}", prepared_text(record.prepared));
  fmt::print(out, "  version    {} of {}{}\n\n", record.version.number, record.version.what.disease,
             record.new_version ? "" : ", as before: nothing new to learn from");
}

/// What one disease needs, with or without a store.
class DiseaseRetrain {
 public:
  DiseaseRetrain(const RetrainCommand& command, const Context& context, const DiseaseFile& disease,
                 const std::vector<fs::path>& files)
      : command_(command),
        context_(context),
        request_{.disease = disease,
                 .files = files,
                 .adapter = command.adapter,
                 .search = search_options(command),
                 .out = command.out,
                 .code_version = RELEARN_VERSION} {}

  /// The report as JSON.
  Result<std::string> run(Records records) const {
    const Environment& world = context_.environment;
    const ChildProgram trainer = trainer_program(world.executable);
    auto progress = make_progress(world.err, context_.format, world.clock);
    const auto started = world.clock();
    std::optional<StoreRetrainRecord> stored;
    RetrainRecord record;
    if (records == Records::FromStore) {
      stored = TRY(retrain_from_store(request_, command_.reason, store_opener(world), trainer,
                                      world.wall_clock, world.cancel, *progress));
      record = stored->published;
    } else {
      record = TRY(retrain(request_, trainer, world.cancel, *progress));
    }
    progress.reset();
    if (!command_.quarantine.empty()) {
      TRY(write_file_atomically(command_.quarantine, record.set_aside));
    }
    if (context_.format == OutputFormat::Plain) {
      print_record(world.out, record,
                   std::chrono::duration_cast<std::chrono::milliseconds>(world.clock() - started));
      if (stored) print_from_store(world.out, *stored);
    }
    return record.report;
  }

 private:
  const RetrainCommand& command_;
  const Context& context_;
  RetrainRequest request_;
};

}  // namespace

Result<std::vector<fs::path>> baseline_for(const DiseaseFile& disease, const fs::path& data) {
  if (!data.empty()) return baseline_files(disease, data);
  auto found = baseline_files(disease, kDataFolder);
  if (!found.ok() && found.error().kind == ErrorKind::NotFound) return std::vector<fs::path>{};
  return found;
}

Result<void> run_retrain(const RetrainCommand& command, const Context& context) {
  const Environment& world = context.environment;
  const auto diseases = TRY(asked_diseases(command.disease, context));
  // What is missing is said before the first hour of work, not after it.
  std::vector<std::vector<fs::path>> files;
  for (const DiseaseFile& disease : diseases)
    files.push_back(TRY(baseline_for(disease, command.data)));
  const Records records = world.store_is_missing() ? Records::BaselineOnly : Records::FromStore;

  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < diseases.size(); ++i) {
    const std::string report =
        TRY(DiseaseRetrain(command, context, diseases[i], files[i]).run(records));
    results.push_back(nlohmann::ordered_json::parse(report));
  }
  if (context.format == OutputFormat::Json) fmt::print(world.out, "{}\n", results.dump(2));
  return {};
}

}  // namespace relearn
