// Worlds in which it is known what changed since the live model learnt: eight standard normal
// predictors, the live model is what was true before.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/normal.h"
#include "base/random.h"
#include "learning/cohort/cohort.h"
#include "learning/models/risk_model.h"

namespace relearn {

struct World {
  double intercept = -0.6;
  std::array<double, 8> coefficients = {0.9, 0.6, 0.4, 0.3, 0.2, 0.15, 0.1, 0.05};

  double log_odds(std::span<const float> x) const {
    double sum = intercept;
    for (std::size_t j = 0; j < coefficients.size(); ++j) sum += coefficients[j] * x[j];
    return sum;
  }
};

/// "none", "intercept +0.7", "slope x0.6", "3 coefficients".
inline World changed_world(std::string_view change) {
  World world;
  if (change == "intercept +0.7") world.intercept += 0.7;
  if (change == "slope x0.6") {
    world.intercept *= 0.6;
    for (double& coefficient : world.coefficients) coefficient *= 0.6;
  }
  if (change == "3 coefficients") {
    world.coefficients[0] = 0.1;
    world.coefficients[2] = -0.4;
    world.coefficients[4] = 0.9;
  }
  return world;
}

inline Cohort people_of(const World& world, std::uint32_t count, std::uint64_t seed) {
  Random random(seed);
  Cohort cohort;
  cohort.disease = "made";
  cohort.source_names = {"made"};
  std::vector<std::vector<float>> columns(world.coefficients.size());
  for (std::size_t j = 0; j < columns.size(); ++j) {
    cohort.columns.push_back(
        {"x" + std::to_string(j), PredictorKind::Real, {}, MissingPolicy::Impute});
  }
  std::vector<float> x(columns.size());
  for (std::uint32_t person = 0; person < count; ++person) {
    for (std::size_t j = 0; j < x.size(); ++j) {
      columns[j].push_back(x[j] = static_cast<float>(random.normal()));
    }
    cohort.outcomes.push_back(random.uniform() < logistic(world.log_odds(x)));
    cohort.weights.push_back(1);
    cohort.persons.push_back(person);
    cohort.sources.push_back(0);
    cohort.files.push_back(0);
  }
  for (const auto& column : columns) {
    cohort.values.insert(cohort.values.end(), column.begin(), column.end());
  }
  return cohort;
}

/// The world as a published model.
inline RiskModel model_of(const World& world) {
  RiskModel model;
  model.disease = "made";
  LinearModel linear{world.intercept, {}};
  for (std::uint32_t j = 0; j < world.coefficients.size(); ++j) {
    model.inputs.push_back(
        {"x" + std::to_string(j), PredictorKind::Real, {}, MissingPolicy::Impute});
    model.reference.push_back(0);
    model.encoder.columns.push_back({j, EncodedColumn::Kind::Value, 0, 0});
    linear.coefficients.push_back(world.coefficients[j]);
  }
  model.members.push_back({"logistic", Model{linear}, {}, 1});
  return model;
}

}  // namespace relearn
