#include <fmt/format.h>

#include <algorithm>

#include "clinical/disease_file_parts.h"

namespace relearn {
namespace {

int input_called(TableReader& in, std::string_view kind, std::string_view id,
                 std::span<const Predictor> predictors) {
  const auto found = std::ranges::find(predictors, id, &Predictor::id);
  if (found != predictors.end() && found->in_model) {
    return static_cast<int>(found - predictors.begin());
  }
  in.refuse(kind, fmt::format("\"{}\" in \"{}\" is no predictor that models see", id, kind));
  return -1;
}

}  // namespace

Result<ModelCardTexts> read_card(const TomlNode& node, std::string_view file,
                                 std::span<const Predictor> predictors) {
  TableReader in(node, file, "card");
  ModelCardTexts card;
  card.users = in.translations("users");
  card.role = in.translations("role");
  card.out_of_scope = in.translations("out_of_scope");
  card.risks = in.translations("risks");
  card.criteria = in.translations("criteria");
  card.relevance = in.translations("relevance");
  card.fairness = in.translations("fairness");
  card.bias_controls = in.translations("bias_controls");
  card.external_source = in.translations("external_source");
  card.external_process = in.translations("external_process");
  card.validity_monitoring = in.translations("validity_monitoring");
  card.fairness_monitoring = in.translations("fairness_monitoring");
  card.update_process = in.translations("update_process");
  card.correction = in.translations("correction");
  const TomlNode* inputs = in.table("demographic_inputs");
  if (inputs == nullptr) in.refuse("", "table \"demographic_inputs\" is missing");
  TRY(in.finish());
  TableReader kinds(*inputs, file, "card: demographic_inputs");
  for (const std::string_view kind : kDemographics) {
    for (const std::string& id : kinds.texts(kind)) {
      card.demographic_inputs[std::string(kind)].push_back(
          input_called(kinds, kind, id, predictors));
    }
  }
  TRY(kinds.finish());
  return card;
}

}  // namespace relearn
