#include <fmt/format.h>

#include <memory>

#include "cli/commands.h"
#include "cli/import_output.h"
#include "lifecycle/intake/intake.h"
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

}  // namespace

Result<void> run_predictions_import(const PredictionsImportCommand& command,
                                    const Context& context) {
  const Environment& world = context.environment;
  const auto diseases = TRY(load_disease_folder(context.diseases));
  const Stores stores = TRY(world.open_stores(OpenStore::Create));
  const ImportRequest request = request_of(command.records);
  const auto progress = make_progress(world.err, context.format, world.clock);
  const ImportEnd end = TRY(import_predictions(diseases, request, find_scorer(command.models),
                                               ports_of(stores, *progress, context)));
  return tell_import(end, request, context);
}

Result<void> run_outcomes_import(const OutcomesImportCommand& command, const Context& context) {
  const Environment& world = context.environment;
  const auto diseases = TRY(load_disease_folder(context.diseases));
  const Stores stores = TRY(world.open_stores(OpenStore::MustExist));
  const ImportRequest request = request_of(command.records);
  const auto progress = make_progress(world.err, context.format, world.clock);
  const ImportEnd end =
      TRY(import_outcomes(diseases, request, ports_of(stores, *progress, context)));
  return tell_import(end, request, context);
}

}  // namespace relearn
