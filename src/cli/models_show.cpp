#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "learning/model_file/model_file.h"

namespace relearn {

Result<void> run_models_show(const ModelsShowCommand& command, const Context& context) {
  const SavedModel saved = TRY(load_model(command.file));
  std::FILE* out = context.environment.out;
  if (context.format == OutputFormat::Json) {
    nlohmann::ordered_json facts = nlohmann::ordered_json::object();
    for (const auto& [key, value] : saved.facts) facts[key] = value;
    nlohmann::ordered_json inputs = nlohmann::ordered_json::array();
    for (const InputColumn& input : saved.model.inputs) inputs.push_back(input.id);
    const nlohmann::ordered_json shown = {{"file", command.file.string()},
                                          {"sha256", saved.digest},
                                          {"inputs", inputs},
                                          {"facts", facts}};
    fmt::print(out, "{}\n", shown.dump(2));
    return {};
  }
  fmt::print(out, "{}\n  {:<20} {}\n", command.file.string(), "sha256", saved.digest);
  for (const auto& [key, value] : saved.facts) fmt::print(out, "  {:<20} {}\n", key, value);
  fmt::print(out, "  {:<20} ", "inputs");
  for (std::size_t i = 0; i < saved.model.inputs.size(); ++i) {
    fmt::print(out, "{}{}", i == 0 ? "" : ", ", saved.model.inputs[i].id);
  }
  fmt::print(out, "\n  {:<20} ", "members");
  for (const Member& member : saved.model.members) {
    fmt::print(out, "{} (weight {:.3g})  ", member.family, member.weight);
  }
  fmt::print(out, "\nVerified: it is, byte for byte, a model of relearn.\n");
  return {};
}

}  // namespace relearn
