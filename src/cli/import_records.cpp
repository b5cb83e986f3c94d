#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/import_output.h"
#include "lifecycle/intake/intake.h"
#include "lifecycle/selection/arrival_tests.h"
#include "lifecycle/serving/assessment.h"

namespace relearn {
namespace {

IntakePorts ports_of(const Stores& stores, ProgressSink& progress, const Context& context) {
  const Environment& world = context.environment;
  return {*stores.records, *stores.people, world.wall_clock, progress, world.cancel};
}

/// The disease's model file in the folder, if there is one that fits the disease file.
FindScorer find_scorer(const std::filesystem::path& models) {
  return [models](const DiseaseFile& disease) -> ScoreRecord {
    auto loaded = load_model(models / disease.model_file_name);
    if (!loaded.ok() || !check_model_fits(disease, loaded.value()).ok()) return {};
    const auto saved = std::make_shared<const SavedModel>(loaded.take_value());
    return [saved, &disease](std::span<const double> values) -> std::optional<ScoredRisk> {
      const auto assessment = assess(disease, *saved, {values.begin(), values.end()});
      if (!assessment.ok()) return std::nullopt;
      return ScoredRisk{assessment.value().risk, saved->digest};
    };
  };
}

ImportRequest request_of(const RecordsImportCommand& command) {
  return {command.file, command.disease, command.contributor, command.quarantine};
}

/// Do the outcomes that came in belong to these people? What fails waits for a person.
Result<std::vector<NewQuarantine>> test_what_came(const ImportReport& report,
                                                  const std::vector<DiseaseFile>& diseases,
                                                  const Stores& stores, const Context& context) {
  std::vector<NewQuarantine> held_back;
  if (report.kind == "predictions" && report.outcomes.added == 0) return held_back;
  for (const DiseaseFile& disease : diseases) {
    if (std::ranges::find(report.diseases, disease.id) == report.diseases.end()) continue;
    auto failed = TRY(test_arrivals(disease, *stores.records, context.environment.wall_clock(),
                                    context.environment.cancel));
    held_back.insert(held_back.end(), failed.begin(), failed.end());
  }
  return held_back;
}

/// The report is told whatever becomes of the tests.
Result<void> test_and_tell(const ImportEnd& end, const ImportRequest& request,
                           const std::vector<DiseaseFile>& diseases, const Stores& stores,
                           const Context& context) {
  auto held_back = test_what_came(end.report, diseases, stores, context);
  TRY(tell_import(end, request, held_back.ok() ? held_back.value() : std::vector<NewQuarantine>(),
                  context));
  if (!held_back.ok()) return held_back.take_error();
  return {};
}

}  // namespace

Result<void> run(const PredictionsImportCommand& command, const Context& context) {
  const Environment& world = context.environment;
  const auto diseases = TRY(load_disease_folder(context.diseases));
  const Stores stores = TRY(world.open_stores(OpenStore::Create));
  const ImportRequest request = request_of(command.records);
  const auto progress = make_progress(world.err, context.format, world.clock);
  const ImportEnd end = TRY(import_predictions(diseases, request, find_scorer(command.models),
                                               ports_of(stores, *progress, context)));
  return test_and_tell(end, request, diseases, stores, context);
}

Result<void> run(const OutcomesImportCommand& command, const Context& context) {
  const Environment& world = context.environment;
  const auto diseases = TRY(load_disease_folder(context.diseases));
  const Stores stores = TRY(world.open_stores(OpenStore::MustExist));
  const ImportRequest request = request_of(command.records);
  const auto progress = make_progress(world.err, context.format, world.clock);
  const ImportEnd end =
      TRY(import_outcomes(diseases, request, ports_of(stores, *progress, context)));
  return test_and_tell(end, request, diseases, stores, context);
}

}  // namespace relearn
