#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/registry_output.h"
#include "cli/sign_in.h"
#include "lifecycle/gate/verdict_json.h"
#include "lifecycle/retrain/retrain_from_store.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// Where `relearn data fetch` puts files when nothing else is said.
constexpr const char* kDataFolder = "data";

void print_record(std::FILE* out, const RetrainRecord& record) {
  fmt::print(out, "{}  published  {}\n  report     {}\n", record.summary,
             record.model_file.string(), record.report_html.string());
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

/// Whether this platform's own people are learnt from, too.
enum class Records { BaselineOnly, FromStore };

void print_attempt(std::FILE* out, const AttemptRecord& record) {
  const Attempt& attempt = record.outcome.attempt;
  fmt::print(out, "{}", record.trained.summary);
  if (record.prepared.funnel.found > 0) {
    fmt::print(out, "  Records of this platform\n{}", prepared_text(record.prepared));
  }
  fmt::print(out, "\n{}", verdict_text(record.verdict));
  if (record.outcome.version) {
    fmt::print(out, "  live       {} version {}: {}\n", attempt.what.disease,
               record.outcome.version->number, record.trained.model_file.string());
  } else if (attempt.state == AttemptState::Waiting) {
    fmt::print(
        out, "  waits      for {} to agree: relearn approve {} {} --by YOUR-E-MAIL --reason ...\n",
        people(record.outcome.approvals_missing), attempt.what.disease, attempt.number);
  }
  fmt::print(out, "  attempt    {} of {}\n  report     {}\n  all of it  {}\n", attempt.number,
             attempt.what.disease, record.trained.report_html.string(), record.bundle.string());
}

Json json_of(const AttemptRecord& record) {
  Json json = Json::parse(record.trained.report);
  const Attempt& attempt = record.outcome.attempt;
  json["attempt"] = {{"number", attempt.number},
                     {"state", attempt_state_word(attempt.state)},
                     {"version", attempt.version},
                     {"approvals_missing", record.outcome.approvals_missing},
                     {"bundle", record.bundle.string()}};
  json["verdict"] = Json::parse(verdict_json(record.verdict));
  return json;
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

  /// Reports as JSON, one an attempt.
  Result<Json> run(const Actor& by, Records records) const {
    const Environment& world = context_.environment;
    const auto started = world.clock();
    Json reports = Json::array();
    std::string set_aside;
    if (records == Records::FromStore) {
      const StoreRetrainRecord record = TRY(from_store(by));
      for (const AttemptRecord& attempt : record.attempts) {
        if (context_.format == OutputFormat::Plain) print_attempt(world.out, attempt);
        reports.push_back(json_of(attempt));
      }
      set_aside = record.attempts.back().trained.set_aside;
    } else {
      const RetrainRecord record = TRY(from_baseline());
      if (context_.format == OutputFormat::Plain) print_record(world.out, record);
      reports.push_back(Json::parse(record.report));
      set_aside = record.set_aside;
    }
    if (context_.format == OutputFormat::Plain) {
      const auto took =
          std::chrono::duration_cast<std::chrono::milliseconds>(world.clock() - started);
      fmt::print(world.out, "  took       {:.1f} s\n\n", static_cast<double>(took.count()) / 1000);
    }
    if (!command_.quarantine.empty()) {
      TRY(write_file_atomically(command_.quarantine, set_aside));
    }
    return reports;
  }

 private:
  Result<RetrainRecord> from_baseline() const {
    const Environment& world = context_.environment;
    const auto progress = make_progress(world.err, context_.format, world.clock);
    return retrain(request_, trainer_program(world.executable), world.cancel, *progress);
  }

  Result<StoreRetrainRecord> from_store(const Actor& by) const {
    const Environment& world = context_.environment;
    const auto progress = make_progress(world.err, context_.format, world.clock);
    const StoreRetrainRequest request{request_, command_.reason, by, command_.organisation};
    const OpenRetrainStores open = [&world]() -> Result<RetrainStores> {
      const Stores stores = TRY(world.open_stores(OpenStore::MustExist));
      return retrain_stores(stores);
    };
    return retrain_from_store(request, open, world.executable, world.wall_clock, world.cancel,
                              *progress);
  }

  const RetrainCommand& command_;
  const Context& context_;
  RetrainRequest request_;
};

Result<Actor> who_asks(const RetrainCommand& command, const Environment& world) {
  if (command.by.email.empty()) return Actor{};
  const Stores stores = TRY(world.open_stores(OpenStore::MustExist));
  return sign_in(command.by, *stores.people, world);
}

}  // namespace

Result<std::vector<fs::path>> baseline_for(const DiseaseFile& disease, const fs::path& data) {
  if (!data.empty()) return baseline_files(disease, data);
  auto found = baseline_files(disease, kDataFolder);
  if (!found.ok() && found.error().kind == ErrorKind::NotFound) return std::vector<fs::path>{};
  return found;
}

Result<void> run(const RetrainCommand& command, const Context& context) {
  const Environment& world = context.environment;
  const auto diseases = TRY(asked_diseases(command.disease, context));
  // What is missing is said before the first hour of work, not after it.
  std::vector<std::vector<fs::path>> files;
  for (const DiseaseFile& disease : diseases)
    files.push_back(TRY(baseline_for(disease, command.data)));
  const Records records = world.store_is_missing() ? Records::BaselineOnly : Records::FromStore;

  const Actor by = TRY(who_asks(command, world));
  Json results = Json::array();
  for (std::size_t i = 0; i < diseases.size(); ++i) {
    for (Json& report :
         TRY(DiseaseRetrain(command, context, diseases[i], files[i]).run(by, records))) {
      results.push_back(std::move(report));
    }
  }
  if (context.format == OutputFormat::Json) fmt::print(world.out, "{}\n", results.dump(2));
  return {};
}

}  // namespace relearn
