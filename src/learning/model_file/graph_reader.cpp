#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "learning/model_file/graph.h"

namespace relearn {
namespace {

constexpr int kAnyCount = -1;

Error wrong_count(const std::string& name, std::size_t found, std::size_t expected) {
  return invalid_input(fmt::format("'{}' holds {} values where {} belong", name, found, expected));
}

/// The parameters of a graph by name.
class Parameters {
 public:
  explicit Parameters(const onnx::GraphProto& graph) {
    for (const onnx::TensorProto& tensor : graph.initializer()) tensors_[tensor.name()] = &tensor;
    for (const onnx::NodeProto& node : graph.node()) nodes_[node.name()] = &node;
  }

  Result<std::vector<double>> doubles(const std::string& name, int count = kAnyCount) const {
    return values<double>(name, onnx::TensorProto::DOUBLE, count);
  }
  Result<std::vector<float>> floats(const std::string& name, int count = kAnyCount) const {
    return values<float>(name, onnx::TensorProto::FLOAT, count);
  }
  Result<std::vector<std::int64_t>> integers(const std::string& name) const {
    return values<std::int64_t>(name, onnx::TensorProto::INT64, kAnyCount);
  }
  Result<std::vector<std::uint8_t>> flags(const std::string& name, int count) const {
    return values<std::uint8_t>(name, onnx::TensorProto::BOOL, count);
  }
  bool has(const std::string& name) const { return tensors_.contains(name); }
  Result<double> number(const std::string& name) const { return TRY(doubles(name, 1)).front(); }

  Result<const onnx::AttributeProto*> attribute(const std::string& node,
                                                const std::string& name) const {
    const auto found = nodes_.find(node);
    if (found != nodes_.end()) {
      for (const onnx::AttributeProto& attribute : found->second->attribute()) {
        if (attribute.name() == name) return &attribute;
      }
    }
    return invalid_input(fmt::format("the node '{}' or its attribute '{}' is absent", node, name));
  }

 private:
  template <typename T>
  Result<std::vector<T>> values(const std::string& name, std::int32_t type, int count) const {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) {
      return invalid_input(fmt::format("the parameter '{}' is absent", name));
    }
    const std::string& bytes = found->second->raw_data();
    if (found->second->data_type() != type || bytes.size() % sizeof(T) != 0) {
      return invalid_input(
          fmt::format("the parameter '{}' is not stored as this program does", name));
    }
    std::vector<T> values(bytes.size() / sizeof(T));
    if (count != kAnyCount && std::cmp_not_equal(values.size(), count)) {
      return wrong_count(name, values.size(), count);
    }
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }

  std::map<std::string, const onnx::TensorProto*> tensors_;
  std::map<std::string, const onnx::NodeProto*> nodes_;
};

Result<Encoder> read_encoder(const Parameters& parameters) {
  const std::vector<std::int64_t> input = TRY(parameters.integers("encoder.input"));
  const int d = static_cast<int>(input.size());
  const std::vector<std::uint8_t> is_value = TRY(parameters.flags("encoder.is_value", d));
  const std::vector<std::uint8_t> is_missing = TRY(parameters.flags("encoder.is_missing", d));
  const std::vector<float> fill = TRY(parameters.floats("encoder.fill", d));
  const std::vector<float> code = TRY(parameters.floats("encoder.code", d));
  std::vector<float> to_mean(input.size(), 0.0F);
  if (parameters.has("encoder.to_mean")) to_mean = TRY(parameters.floats("encoder.to_mean", d));
  Encoder encoder;
  for (std::size_t j = 0; j < input.size(); ++j) {
    using Kind = EncodedColumn::Kind;
    const Kind kind = is_value[j] ? Kind::Value : is_missing[j] ? Kind::IsMissing : Kind::IsCode;
    const bool value = kind == Kind::Value;
    encoder.columns.push_back({.input = static_cast<std::uint32_t>(input[j]),
                               .kind = kind,
                               .number = value ? fill[j] : code[j],
                               .fill = value ? 0.0F : fill[j],
                               .to_mean = to_mean[j]});
  }
  return encoder;
}

/// Takes one member's parameters into a model of the kind that the visitor is called with.
struct ScoreReader {
  const Parameters& parameters;
  std::string prefix;  // "member0."

  std::string name(const char* part) const { return prefix + part; }

  Result<void> operator()(LinearModel& model) const {
    model.intercept = TRY(parameters.number(name("intercept")));
    model.coefficients = TRY(parameters.doubles(name("coefficients")));
    return {};
  }
  Result<void> operator()(SplineModel& model) const;
  Result<void> operator()(KernelModel& model) const {
    model.gamma = TRY(parameters.number(name("gamma")));
    model.intercept = TRY(parameters.number(name("intercept")));
    model.means = TRY(parameters.doubles(name("means")));
    model.scales = TRY(parameters.doubles(name("scales")));
    model.weights = TRY(parameters.doubles(name("weights")));
    model.support = TRY(parameters.doubles(name("support")));
    return {};
  }
  Result<void> operator()(TreeEnsemble& model) const;
};

/// A term is a run of knots of one column; check_model sees to it that no two terms share a column.
Result<void> ScoreReader::operator()(SplineModel& model) const {
  model.intercept = TRY(parameters.number(name("intercept")));
  model.coefficients = TRY(parameters.doubles(name("coefficients")));
  const auto columns = TRY(parameters.integers(name("knot_column")));
  const auto knots = TRY(parameters.doubles(name("knots"), static_cast<int>(columns.size())));
  const auto coefficients = TRY(parameters.doubles(name("spline_coefficients")));
  std::size_t used = 0;
  for (std::size_t begin = 0, end = 0; begin < columns.size(); begin = end) {
    while (end < columns.size() && columns[end] == columns[begin]) ++end;
    const std::size_t width = end - begin < 3 ? 1 : end - begin - 2;
    if (coefficients.size() - used < width) break;
    const auto at = [](const std::vector<double>& values, std::size_t i) {
      return values.begin() + static_cast<std::ptrdiff_t>(i);
    };
    model.terms.push_back(
        {.column = static_cast<std::uint32_t>(columns[begin]),
         .knots = {at(knots, begin), at(knots, end)},
         .coefficients = {at(coefficients, used), at(coefficients, used + width)}});
    used += width;
  }
  if (used != coefficients.size()) {
    return wrong_count(name("spline_coefficients"), coefficients.size(), used);
  }
  return {};
}

Result<void> ScoreReader::operator()(TreeEnsemble& model) const {
  const std::string node = name("leaves");
  if (model.combine == TreeEnsemble::Combine::Sum) {
    model.base = TRY(parameters.number(name("base")));
  }
  const auto& trees = TRY(parameters.attribute(node, "nodes_treeids"))->ints();
  const auto& features = TRY(parameters.attribute(node, "nodes_featureids"))->ints();
  const auto& modes = TRY(parameters.attribute(node, "nodes_modes"))->strings();
  const auto& thresholds = TRY(parameters.attribute(node, "nodes_values"))->floats();
  const auto& left = TRY(parameters.attribute(node, "nodes_truenodeids"))->ints();
  const auto& right = TRY(parameters.attribute(node, "nodes_falsenodeids"))->ints();
  const auto& values = TRY(parameters.attribute(node, "target_weights"))->floats();
  const int count = trees.size();
  for (const int size :
       {features.size(), modes.size(), thresholds.size(), left.size(), right.size()}) {
    if (size != count) return wrong_count(node, size, count);
  }
  model.nodes.reserve(count);
  int leaves = 0;
  for (int i = 0; i < count; ++i) {
    if (i == 0 || trees[i] != trees[i - 1]) model.roots.push_back(i);
    const std::int64_t root = model.roots.back();
    TreeEnsemble::Node& added = model.nodes.emplace_back();
    added.threshold = thresholds[i];
    if (modes[i] == "LEAF") {
      if (leaves == values.size()) return wrong_count(node, leaves, leaves + 1);
      added.value = values[leaves++];
      continue;
    }
    // An index too large for an int wraps round: then it is out of range, or the bytes will differ.
    added.feature = static_cast<std::int32_t>(features[i]);
    added.left = static_cast<std::int32_t>(root + static_cast<std::int32_t>(left[i]));
    added.right = static_cast<std::int32_t>(root + static_cast<std::int32_t>(right[i]));
  }
  return {};
}

}  // namespace

std::optional<Model> empty_model(std::string_view kind) {
  const Model models[] = {LinearModel{}, SplineModel{}, KernelModel{},
                          TreeEnsemble{.combine = TreeEnsemble::Combine::Sum},
                          TreeEnsemble{.combine = TreeEnsemble::Combine::Average}};
  for (const Model& model : models) {
    if (kind_name(model) == kind) return model;
  }
  return std::nullopt;
}

Result<void> read_graph(const onnx::GraphProto& graph, RiskModel& model) {
  const Parameters parameters(graph);
  model.disease = graph.name();
  model.encoder = TRY(read_encoder(parameters));
  const int count = static_cast<int>(model.members.size());
  const std::vector<double> slopes = TRY(parameters.doubles("members.slope", count));
  const std::vector<double> intercepts = TRY(parameters.doubles("members.intercept", count));
  const std::vector<double> weights = TRY(parameters.doubles("members.weight", count));
  for (std::size_t k = 0; k < model.members.size(); ++k) {
    Member& member = model.members[k];
    TRY(std::visit(ScoreReader{parameters, fmt::format("member{}.", k)}, member.model));
    member.calibration = {.intercept = intercepts[k], .slope = slopes[k]};
    member.weight = weights[k];
  }
  model.calibration.intercept = TRY(parameters.number("calibration.intercept"));
  model.calibration.slope = TRY(parameters.number("calibration.slope"));
  return {};
}

}  // namespace relearn
