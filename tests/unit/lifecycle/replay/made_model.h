// A small model of a disease, made by hand, with its file and its golden cases.
#pragma once

#include <filesystem>
#include <string>

#include "clinical/disease_file.h"
#include "learning/model_file/model_file.h"
#include "lifecycle/replay/golden_cases.h"

namespace relearn {

inline DiseaseFile heart() {
  return load_disease_file(std::filesystem::path(RELEARN_SOURCE_DIR) / "diseases/heart.toml")
      .take_value();
}

struct MadeModel {
  RiskModel model;
  std::string bytes, digest;
  GoldenCases golden;
};

/// Half a sum of all inputs, half two trees of the first one.
inline MadeModel made_model(const DiseaseFile& disease, double first_coefficient = 0.0625) {
  MadeModel made;
  RiskModel& model = made.model;
  model.disease = disease.id;
  model.inputs = input_columns(disease);
  model.reference = golden_inputs(disease).front();
  const auto p = static_cast<std::uint32_t>(model.inputs.size());
  LinearModel sum{.intercept = -0.3, .coefficients = std::vector<double>(p, 0.01)};
  sum.coefficients.front() = first_coefficient;
  for (std::uint32_t i = 0; i < p; ++i) {
    model.encoder.columns.push_back(
        {.input = i, .kind = EncodedColumn::Kind::Value, .number = model.reference[i]});
  }
  TreeEnsemble trees{.base = 0.1};
  for (const float threshold : {40.0F, 60.0F}) {
    const auto root = static_cast<std::int32_t>(trees.nodes.size());
    trees.roots.push_back(root);
    trees.nodes.push_back(
        {.feature = 0, .threshold = threshold, .left = root + 1, .right = root + 2});
    trees.nodes.push_back({.value = -0.7F});
    trees.nodes.push_back({.value = 0.9F});
  }
  model.members.push_back({"logistic", std::move(sum), {.intercept = 0.2, .slope = 0.9}, 0.5});
  model.members.push_back({"boosting", std::move(trees), {}, 0.5});
  made.bytes = write_model(model, {{"disease", disease.id}}).take_value();
  made.digest = read_model(made.bytes).take_value().digest;
  made.golden = golden_cases(model, made.digest, golden_inputs(disease));
  return made;
}

}  // namespace relearn
