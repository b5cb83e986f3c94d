#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/registry_output.h"
#include "lifecycle/registry/decisions.h"
#include "lifecycle/retrain/rederive.h"

namespace relearn {

/// Three answers, each harder to forge than the one before: the files are as they were written, a
/// fresh process tells the golden cases the same, and the same records make the same bytes again.
Result<void> run(const ModelsVerifyCommand& command, const Context& context) {
  const Environment& world = context.environment;
  const DiseaseFile disease = TRY(find_disease(context, command.disease));
  const auto baseline = TRY(baseline_for(disease, command.data));
  const Stores opened = TRY(world.open_stores(OpenStore::MustExist));
  const Registry registry = registry_of(opened);
  const Version version = TRY(find_version(*registry.versions, disease.id, command.version));
  const Placement placement{disease, {}, world.executable};
  TRY(check_bundle(placement, registry.folder, version.what, world.cancel));
  const auto attempts = TRY(registry.versions->attempts(disease.id));
  const KeptFiles kept{registry.folder, attempts, baseline, RELEARN_VERSION, command.threads};
  const auto progress = make_progress(world.err, context.format, world.clock);
  TRY(rederive_attempt(version.what, kept, trainer_program(world.executable), world.cancel,
                       *progress));
  if (context.format == OutputFormat::Json) {
    const nlohmann::ordered_json json = {{"disease", disease.id},
                                         {"version", version.number},
                                         {"model_sha256", version.what.model_digest},
                                         {"bundle", "as it was written"},
                                         {"golden_cases", "told the same"},
                                         {"made_again", "the same bytes"}};
    fmt::print(world.out, "{}\n", json.dump(2));
    return {};
  }
  fmt::print(world.out,
             "{} {}\n  files         as they were written\n  golden cases  told the same by a "
             "fresh process\n  made again    the same bytes, {}\n",
             disease.id, version_text(version), version.what.model_digest);
  return {};
}

}  // namespace relearn
