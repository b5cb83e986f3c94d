#include "unit/learning/model_file/random_models.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.h"

namespace relearn {
namespace {

constexpr int kDepthMax = 6;

std::vector<InputColumn> inputs() {
  using enum PredictorKind;
  using enum MissingPolicy;
  return {{"age_years", Integer, {}, Reject},
          {"bmi_kg_per_m2", Real, {}, Impute},
          {"glucose_mg_per_dl", Real, {}, ImputeWithIndicator},
          {"jitter_percent", Real, {}, Reject},
          {"sex_male", Binary, {}, Reject},
          {"chest_pain", Category, {1, 2, 3, 4}, Impute},
          {"thallium", Category, {3, 6, 7}, ImputeWithIndicator}};
}

float rounded(double value, double step) {
  return static_cast<float>(std::round(value / step) * step);
}

/// A value such as a patient might have, in units in which the parameters below are moderate.
float plausible(const InputColumn& input, Random& random) {
  switch (input.kind) {
    case PredictorKind::Integer:
      return rounded(2 * random.normal(), 1);
    case PredictorKind::Real:
      return rounded(random.normal(), 1.0 / 64);
    case PredictorKind::Binary:
      return static_cast<float>(random.below(2));
    case PredictorKind::Category:
      return static_cast<float>(input.codes[random.below(input.codes.size())]);
  }
  return 0;
}

Encoder random_encoder(const std::vector<InputColumn>& inputs, Random& random) {
  using Kind = EncodedColumn::Kind;
  Encoder encoder;
  for (std::uint32_t i = 0; i < inputs.size(); ++i) {
    const float typical = plausible(inputs[i], random);
    for (const int code : inputs[i].codes) {
      encoder.columns.push_back({i, Kind::IsCode, static_cast<float>(code), typical});
    }
    if (inputs[i].codes.empty()) encoder.columns.push_back({i, Kind::Value, typical, 0});
    if (inputs[i].missing == MissingPolicy::ImputeWithIndicator) {
      encoder.columns.push_back({i, Kind::IsMissing, 0, 0});
    }
  }
  return encoder;
}

std::vector<double> normals(std::size_t count, double scale, Random& random) {
  std::vector<double> values(count);
  for (double& value : values) value = scale * random.normal();
  return values;
}

LinearModel random_linear(std::size_t d, Random& random) {
  return {.intercept = random.normal(), .coefficients = normals(d, 0.5, random)};
}

SplineModel random_spline(std::size_t d, Random& random) {
  SplineModel model{random.normal(), normals(d, 0.3, random), {}};
  for (const std::uint32_t column : {0U, 1U, 3U}) {
    SplineModel::Term term{.column = column};
    double knot = -2;
    const std::size_t knots = 3 + random.below(3);
    for (std::size_t k = 0; k < knots; ++k) {
      term.knots.push_back(rounded(knot, 1.0 / 64));
      knot += 0.5 + random.uniform();
    }
    term.coefficients = normals(knots - 2, 0.5, random);
    model.terms.push_back(std::move(term));
  }
  return model;
}

KernelModel random_kernel(std::size_t d, std::size_t size, Random& random) {
  KernelModel model{.gamma = 0.05 + 0.1 * random.uniform(), .intercept = random.normal()};
  model.means = normals(d, 1, random);
  for (std::size_t j = 0; j < d; ++j) model.scales.push_back(0.5 + random.uniform());
  model.weights = normals(size, 1, random);
  model.support = normals(size * d, 1, random);
  return model;
}

void grow(TreeEnsemble& model, std::size_t d, int depth, Random& random) {
  const std::size_t at = model.nodes.size();
  model.nodes.emplace_back();
  const bool average = model.combine == TreeEnsemble::Combine::Average;
  if (depth == 0 || random.below(5) == 0) {
    model.nodes[at].value = static_cast<float>(average ? random.uniform() : 0.2 * random.normal());
    return;
  }
  model.nodes[at].feature = static_cast<std::int32_t>(random.below(d));
  model.nodes[at].threshold = rounded(random.normal(), 1.0 / 64);
  model.nodes[at].left = static_cast<std::int32_t>(model.nodes.size());
  grow(model, d, depth - 1, random);
  model.nodes[at].right = static_cast<std::int32_t>(model.nodes.size());
  grow(model, d, depth - 1, random);
}

TreeEnsemble random_trees(TreeEnsemble::Combine combine, std::size_t d, std::size_t size,
                          Random& random) {
  TreeEnsemble model{.combine = combine};
  if (combine == TreeEnsemble::Combine::Sum) model.base = random.normal();
  for (std::size_t tree = 0; tree < size; ++tree) {
    model.roots.push_back(static_cast<std::int32_t>(model.nodes.size()));
    grow(model, d, static_cast<int>(tree % (kDepthMax + 1)), random);
  }
  return model;
}

Model random_member(std::string_view kind, std::size_t d, std::size_t size, Random& random) {
  if (kind == "linear") return random_linear(d, random);
  if (kind == "spline") return random_spline(d, random);
  if (kind == "kernel") return random_kernel(d, size, random);
  return random_trees(
      kind == "tree_sum" ? TreeEnsemble::Combine::Sum : TreeEnsemble::Combine::Average, d, size,
      random);
}

Calibration random_calibration(Random& random) {
  return {.intercept = random.normal(), .slope = 0.5 + random.uniform()};
}

/// The numbers at which the model's answer bends or jumps, as far as a patient can have them.
std::vector<float> corners(const RiskModel& model, std::size_t input) {
  std::vector<float> values;
  const auto of_input = [&](std::uint32_t column) {
    return model.encoder.columns[column].input == input;
  };
  for (const Member& member : model.members) {
    if (const auto* trees = std::get_if<TreeEnsemble>(&member.model)) {
      for (const TreeEnsemble::Node& node : trees->nodes) {
        if (node.feature >= 0 && of_input(static_cast<std::uint32_t>(node.feature))) {
          values.push_back(node.threshold);
        }
      }
    }
    if (const auto* spline = std::get_if<SplineModel>(&member.model)) {
      for (const SplineModel::Term& term : spline->terms) {
        if (!of_input(term.column)) continue;
        for (const double knot : term.knots) values.push_back(static_cast<float>(knot));
      }
    }
  }
  return values;
}

}  // namespace

RiskModel random_model(std::span<const std::string_view> kinds, std::size_t size,
                       std::uint64_t seed) {
  Random random(derive_seed(seed, "random model"));
  RiskModel model;
  model.disease = "random";
  model.inputs = inputs();
  model.encoder = random_encoder(model.inputs, random);
  for (const InputColumn& input : model.inputs) model.reference.push_back(plausible(input, random));
  for (const std::string_view kind : kinds) {
    model.members.push_back(
        {.family = fmt::format("random_{}", kind),
         .model = random_member(kind, model.encoder.columns.size(), size, random),
         .calibration = random_calibration(random),
         .weight = 1.0 / static_cast<double>(kinds.size())});
  }
  model.calibration = random_calibration(random);
  return model;
}

RiskModel random_model(std::string_view kind, std::uint64_t seed) {
  return random_model(std::span(&kind, 1), 12, seed);
}

RiskModel with_means(RiskModel model, std::uint64_t seed) {
  Random random(derive_seed(seed, "random means"));
  for (EncodedColumn& column : model.encoder.columns) {
    if (column.kind == EncodedColumn::Kind::IsMissing) continue;
    column.to_mean = static_cast<float>(random.normal());
  }
  return model;
}

std::vector<std::vector<float>> random_patients(const RiskModel& model, std::size_t count,
                                                std::uint64_t seed) {
  Random random(derive_seed(seed, "random patients"));
  std::vector<std::vector<float>> corner_values;
  for (std::size_t i = 0; i < model.inputs.size(); ++i) corner_values.push_back(corners(model, i));
  std::vector<std::vector<float>> patients(count);
  for (std::vector<float>& patient : patients) {
    for (std::size_t i = 0; i < model.inputs.size(); ++i) {
      const std::uint64_t choice = random.below(20);
      float value = plausible(model.inputs[i], random);
      if (choice < 2) value = std::numeric_limits<float>::quiet_NaN();
      if (choice == 2) value = static_cast<float>(200 * random.normal());
      if (choice == 3) value = -0.0F;
      if (choice > 14 && !corner_values[i].empty()) {
        value = corner_values[i][random.below(corner_values[i].size())];
      }
      patient.push_back(value);
    }
  }
  return patients;
}

}  // namespace relearn
