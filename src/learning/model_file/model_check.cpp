#include "learning/model_file/model_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <span>

#include "learning/model_file/plain_text.h"

namespace relearn {
namespace {

constexpr double kWeightSumTolerance = 1e-9;  // rounding of a sum of at most kMembersMax weights

bool is_name(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && text.size() <= 100 && std::ranges::all_of(text, allowed);
}

template <typename T>
bool all_finite(const std::vector<T>& values) {
  return std::ranges::all_of(values, [](T value) { return std::isfinite(value); });
}

Result<void> check_inputs(const RiskModel& model) {
  const std::size_t p = model.inputs.size();
  if (p == 0 || p > kInputsMax) {
    return invalid_input(fmt::format("it has {} inputs; 1 to {} are possible", p, kInputsMax));
  }
  if (model.reference.size() != p) {
    return invalid_input(fmt::format("its reference patient has {} values for {} inputs",
                                     model.reference.size(), p));
  }
  std::set<std::string_view> ids;
  for (std::size_t i = 0; i < p; ++i) {
    const InputColumn& input = model.inputs[i];
    if (!is_name(input.id) || !ids.insert(input.id).second) {
      return invalid_input(fmt::format(
          "its input {} is called '{}': ids are lower-case words joined by '_', each once", i + 1,
          input.id));
    }
    const bool category = input.kind == PredictorKind::Category;
    if (category == input.codes.empty()) {
      return invalid_input(
          fmt::format("its input '{}' has {} codes: categories have codes and others have none",
                      input.id, input.codes.size()));
    }
    if (std::isinf(model.reference[i])) {
      return invalid_input(fmt::format("the reference value of '{}' is infinite", input.id));
    }
  }
  return {};
}

Result<void> check_encoder(const RiskModel& model) {
  const std::size_t d = model.encoder.columns.size();
  if (d == 0 || d > kEncodedColumnsMax) {
    return invalid_input(
        fmt::format("its encoder makes {} columns; 1 to {} are possible", d, kEncodedColumnsMax));
  }
  for (std::size_t j = 0; j < d; ++j) {
    const EncodedColumn& column = model.encoder.columns[j];
    if (column.input >= model.inputs.size()) {
      return invalid_input(fmt::format("its encoded column {} is made of input {} of {}", j,
                                       column.input, model.inputs.size()));
    }
    if (!std::isfinite(column.number) || !std::isfinite(column.fill) ||
        !std::isfinite(column.to_mean)) {
      return invalid_input(fmt::format("its encoded column {} has a number that is not finite", j));
    }
    const bool no_number = column.kind == EncodedColumn::Kind::IsMissing;
    const bool no_fill = column.kind != EncodedColumn::Kind::IsCode;
    if ((no_number && (column.number != 0 || column.to_mean != 0)) ||
        (no_fill && column.fill != 0)) {
      return invalid_input(
          fmt::format("its encoded column {} has a number that its kind does not use", j));
    }
  }
  return {};
}

Result<void> check_calibration(const Calibration& calibration) {
  if (!std::isfinite(calibration.intercept) || !std::isfinite(calibration.slope) ||
      calibration.slope < 0) {
    return invalid_input(
        fmt::format("its calibration is {} + {} x score: both must be finite and the slope not "
                    "negative, or a higher score would mean a lower risk",
                    calibration.intercept, calibration.slope));
  }
  return {};
}

/// Checks one member's model. d: number of encoded columns.
struct ModelCheck {
  std::size_t d;

  Result<void> linear(double intercept, const std::vector<double>& coefficients) const {
    if (coefficients.size() != d) {
      return invalid_input(
          fmt::format("it has {} coefficients for {} columns", coefficients.size(), d));
    }
    if (!std::isfinite(intercept) || !all_finite(coefficients)) {
      return invalid_input("a coefficient is not finite");
    }
    return {};
  }

  Result<void> operator()(const LinearModel& model) const {
    return linear(model.intercept, model.coefficients);
  }
  Result<void> operator()(const SplineModel& model) const;
  Result<void> operator()(const KernelModel& model) const;
  Result<void> operator()(const TreeEnsemble& model) const;
  Result<void> tree(const TreeEnsemble& model, std::size_t root, std::size_t end) const;
};

Result<void> ModelCheck::operator()(const SplineModel& model) const {
  TRY(linear(model.intercept, model.coefficients));
  for (std::size_t t = 0; t < model.terms.size(); ++t) {
    const SplineModel::Term& term = model.terms[t];
    if (term.column >= d || (t > 0 && term.column <= model.terms[t - 1].column)) {
      return invalid_input(fmt::format(
          "spline term {} is of column {}: terms are in order of their columns, at most "
          "one each, below {}",
          t, term.column, d));
    }
    if (term.knots.size() < 3 || term.coefficients.size() + 2 != term.knots.size()) {
      return invalid_input(
          fmt::format("spline term {} has {} knots and {} coefficients: it needs 3 knots or more "
                      "and two coefficients fewer",
                      t, term.knots.size(), term.coefficients.size()));
    }
    if (!all_finite(term.knots) || !all_finite(term.coefficients) ||
        std::ranges::adjacent_find(term.knots, std::greater_equal()) != term.knots.end()) {
      return invalid_input(
          fmt::format("spline term {}: its numbers must be finite and its knots ascending", t));
    }
  }
  return {};
}

Result<void> ModelCheck::operator()(const KernelModel& model) const {
  const std::size_t m = model.weights.size();
  if (m == 0 || model.means.size() != d || model.scales.size() != d ||
      model.support.size() != m * d) {
    return invalid_input(
        fmt::format("a kernel model of {} means, {} scales, {} weights and {} support values does "
                    "not fit {} columns",
                    model.means.size(), model.scales.size(), m, model.support.size(), d));
  }
  if (!std::isfinite(model.gamma) || model.gamma <= 0 || !std::isfinite(model.intercept) ||
      !all_finite(model.means) || !all_finite(model.scales) || !all_finite(model.weights) ||
      !all_finite(model.support)) {
    return invalid_input("a kernel model's numbers must be finite and its gamma above 0");
  }
  if (std::ranges::any_of(model.scales, [](double scale) { return scale <= 0; })) {
    return invalid_input("a kernel model's scales must be above 0");
  }
  return {};
}

/// Every node but the root has one parent, and it stands before it: so the tree ends, and all of it
/// is reached.
Result<void> ModelCheck::tree(const TreeEnsemble& model, std::size_t root, std::size_t end) const {
  std::vector<int> parents(end - root, 0);
  const auto broken = [root](std::size_t i, std::string_view what) {
    return invalid_input(fmt::format("node {} of the tree at {}: {}", i - root, root, what));
  };
  for (std::size_t i = root; i < end; ++i) {
    const TreeEnsemble::Node& node = model.nodes[i];
    if (i != root && parents[i - root] != 1) return broken(i, "it has not exactly one parent");
    if (!std::isfinite(node.threshold) || !std::isfinite(node.value)) {
      return broken(i, "a number is not finite");
    }
    if (node.feature == -1) {
      if (node.left != -1 || node.right != -1 || node.threshold != 0) {
        return broken(i, "a leaf has children or a threshold");
      }
      const bool chance = node.value >= 0 && node.value <= 1;
      if (model.combine == TreeEnsemble::Combine::Average && !chance) {
        return broken(i, "the leaf of a forest is not a probability");
      }
      continue;
    }
    if (node.feature < 0 || std::cmp_greater_equal(node.feature, d)) {
      return broken(i, fmt::format("it splits by column {} of {}", node.feature, d));
    }
    if (node.value != 0) return broken(i, "a split has a leaf's value");
    for (const std::int32_t child : {node.left, node.right}) {
      if (std::cmp_less_equal(child, i) || std::cmp_greater_equal(child, end)) {
        return broken(i, "a child stands before its parent or in another tree");
      }
      ++parents[static_cast<std::size_t>(child) - root];
    }
  }
  return {};
}

Result<void> ModelCheck::operator()(const TreeEnsemble& model) const {
  if (model.roots.empty() || model.roots.front() != 0) {
    return invalid_input("a tree ensemble needs at least one tree, and the first starts at node 0");
  }
  const bool average = model.combine == TreeEnsemble::Combine::Average;
  if (!std::isfinite(model.base) || (average && model.base != 0)) {
    return invalid_input("a tree ensemble's base must be finite, and a forest has none");
  }
  for (std::size_t t = 0; t < model.roots.size(); ++t) {
    const std::size_t root = static_cast<std::size_t>(model.roots[t]);
    const std::size_t end = t + 1 < model.roots.size()
                                ? static_cast<std::size_t>(model.roots[t + 1])
                                : model.nodes.size();
    if (root >= end || end > model.nodes.size()) {
      return invalid_input(fmt::format("tree {} has no nodes: roots must be ascending", t));
    }
    TRY(tree(model, root, end));
  }
  return {};
}

Result<void> check_members(const RiskModel& model) {
  if (model.members.empty() || model.members.size() > kMembersMax) {
    return invalid_input(
        fmt::format("it has {} members; 1 to {} are possible", model.members.size(), kMembersMax));
  }
  double sum = 0;
  for (const Member& member : model.members) {
    if (!is_name(member.family)) {
      return invalid_input(fmt::format("the family of a member is called '{}'", member.family));
    }
    if (!std::isfinite(member.weight) || member.weight <= 0) {
      return invalid_input(
          fmt::format("the weight of member '{}' is {}", member.family, member.weight));
    }
    sum += member.weight;
    TRY(check_calibration(member.calibration));
    Result<void> checked = std::visit(ModelCheck{model.encoder.columns.size()}, member.model);
    if (!checked.ok()) {
      return invalid_input(
          fmt::format("its member '{}': {}", member.family, checked.error().message));
    }
  }
  if (std::abs(sum - 1) > kWeightSumTolerance) {
    return invalid_input(fmt::format("the weights of its members sum to {}, not to 1", sum));
  }
  return {};
}

}  // namespace

Result<void> check_model(const RiskModel& model) {
  if (!is_name(model.disease)) {
    return invalid_input(fmt::format("its disease is called '{}'", model.disease));
  }
  TRY(check_inputs(model));
  TRY(check_encoder(model));
  TRY(check_members(model));
  return check_calibration(model.calibration);
}

Result<void> check_facts(const ModelFacts& facts, const RiskModel& model) {
  constexpr std::array<std::string_view, 4> kOwn = {"format", "inputs", "members",
                                                    "content_sha256"};
  if (facts.size() > kFactsMax) {
    return invalid_input(fmt::format("it has {} facts; {} are possible", facts.size(), kFactsMax));
  }
  std::set<std::string_view> keys;
  for (const auto& [key, value] : facts) {
    if (!is_name(key) || std::ranges::count(kOwn, key) > 0 || !keys.insert(key).second) {
      return invalid_input(fmt::format(
          "it has a fact '{}': keys are lower-case words joined by '_', each once, and not one "
          "of those the file writes itself",
          key));
    }
    if (value.size() > kFactBytesMax) {
      return invalid_input(fmt::format("its fact '{}' has {} bytes; at most {} are possible", key,
                                       value.size(), kFactBytesMax));
    }
    if (!is_plain_text(value)) {
      return invalid_input(fmt::format(
          "its fact '{}' is not text: it must be UTF-8 without control characters", key));
    }
    if (key == "disease" && value != model.disease) {
      return invalid_input(
          fmt::format("its fact disease is '{}' but the model is of '{}'", value, model.disease));
    }
  }
  return {};
}

}  // namespace relearn
