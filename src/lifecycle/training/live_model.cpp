#include "lifecycle/training/live_model.h"

#include <fmt/format.h>

#include "learning/model_file/model_file.h"
#include "lifecycle/training/training.h"

namespace relearn {

Result<LiveModel> load_live_model(const DiseaseFile& disease, const ComparedModel& file) {
  const std::string name = file.path.filename().string();
  SavedModel saved = TRY(load_model(file.path));
  if (saved.digest != file.digest) {
    return conflict(fmt::format("{}: was changed since the retrain began; start it again", name));
  }
  if (saved.model.disease != disease.id || saved.model.inputs != input_columns(disease)) {
    return conflict(fmt::format(
        "{}: takes other inputs than the disease file says; a model of other inputs cannot be "
        "updated, only replaced",
        name));
  }
  LiveModel live{std::move(saved.model), {}, saved.digest};
  for (const auto& [key, value] : saved.facts) {
    if (key == kRecipeFact && !value.empty()) live.recipe = TRY(parse_recipe(value));
  }
  if (live.recipe.size() > live.model.members.size()) live.recipe.clear();
  return live;
}

}  // namespace relearn
