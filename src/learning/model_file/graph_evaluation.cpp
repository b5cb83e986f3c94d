#include "learning/model_file/graph_evaluation.h"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <string>

#include "learning/model_file/model_file.h"
#include "learning/model_file/onnx_operators.h"
#include "learning/model_file/onnx_tensor.h"
#include "learning/model_file/onnx_trees.h"
#include "learning/model_file/part_count.h"

namespace relearn {
namespace {

/// Patients at a time: what is between the nodes stays small.
constexpr std::size_t kPatientsTogether = 100;

using Tensors = std::map<std::string, OnnxTensor>;

template <typename T>
Result<TensorElements> raw_elements(const onnx::TensorProto& tensor, std::size_t count) {
  std::vector<T> elements(count);
  if (tensor.raw_data().size() != count * sizeof(T)) {
    return invalid_input(fmt::format("the parameter '{}' does not fill its shape", tensor.name()));
  }
  if (count > 0) std::memcpy(elements.data(), tensor.raw_data().data(), count * sizeof(T));
  return TensorElements(std::move(elements));
}

Result<OnnxTensor> parameter(const onnx::TensorProto& tensor) {
  OnnxTensor read;
  for (const std::int64_t size : tensor.dims()) {
    // No more than there are bytes, so that no product of them overflows.
    if (size < 0 || std::cmp_greater(size, kModelFileBytesMax) || read.shape.size() >= 2) {
      return invalid_input(fmt::format("the parameter '{}' has no possible shape", tensor.name()));
    }
    read.shape.push_back(static_cast<std::size_t>(size));
  }
  const std::size_t count = element_count(read.shape);
  if (count > kModelFileBytesMax) {
    return invalid_input(fmt::format("the parameter '{}' has no possible shape", tensor.name()));
  }
  switch (tensor.data_type()) {
    case onnx::TensorProto::FLOAT:
      read.elements = TRY(raw_elements<float>(tensor, count));
      return read;
    case onnx::TensorProto::DOUBLE:
      read.elements = TRY(raw_elements<double>(tensor, count));
      return read;
    case onnx::TensorProto::INT64:
      read.elements = TRY(raw_elements<std::int64_t>(tensor, count));
      return read;
    case onnx::TensorProto::BOOL:
      read.elements = TRY(raw_elements<std::uint8_t>(tensor, count));
      return read;
    default:
      return invalid_input(fmt::format("the parameter '{}' is of no known type", tensor.name()));
  }
}

/// A graph made ready once.
struct Graph {
  const onnx::GraphProto& proto;
  Tensors parameters;
  std::map<std::string, OnnxTrees> trees;  // by the name of their node

  static Result<Graph> read(const onnx::GraphProto& proto) {
    Graph graph{proto, {}, {}};
    for (const onnx::TensorProto& tensor : proto.initializer()) {
      graph.parameters[tensor.name()] = TRY(parameter(tensor));
    }
    for (const onnx::NodeProto& node : proto.node()) {
      if (node.op_type() != "TreeEnsembleRegressor") continue;
      graph.trees.emplace(node.name(), TRY(OnnxTrees::read(node)));
    }
    return graph;
  }

  Result<OnnxTensor> regress(const onnx::NodeProto& node, const OnnxTensor& features) const {
    const auto* values = std::get_if<std::vector<float>>(&features.elements);
    if (values == nullptr || features.shape.size() != 2) {
      return invalid_input("trees take a table of floats");
    }
    const OnnxTrees& own = trees.at(node.name());
    const std::size_t rows = features.shape[0], columns = features.shape[1];
    std::vector<float> sums(rows * own.targets(), 0.0F);
    for (std::size_t i = 0; i < rows; ++i) {
      TRY(own.add_leaves(std::span(*values).subspan(i * columns, columns),
                         std::span(sums).subspan(i * own.targets(), own.targets())));
    }
    return OnnxTensor{{rows, own.targets()}, std::move(sums)};
  }

  Result<OnnxTensor> compute(const onnx::NodeProto& node, const Tensors& values) const {
    std::vector<const OnnxTensor*> inputs;
    for (const std::string& name : node.input()) {
      const auto value = values.find(name);
      const auto fixed = parameters.find(name);
      if (value == values.end() && fixed == parameters.end()) {
        return invalid_input(fmt::format("its input '{}' is not there yet", name));
      }
      inputs.push_back(value != values.end() ? &value->second : &fixed->second);
    }
    if (node.output_size() != 1) return invalid_input("it has not exactly one output");
    const bool is_trees = trees.contains(node.name()) && inputs.size() == 1;
    return is_trees ? regress(node, *inputs[0]) : apply_operator(node, inputs);
  }

  Result<Tensors> run(OnnxTensor inputs) const {
    Tensors values;
    values["inputs"] = std::move(inputs);
    for (const onnx::NodeProto& node : proto.node()) {
      auto computed = compute(node, values);
      if (!computed.ok()) {
        return invalid_input(fmt::format("the node '{}' ({}) cannot be computed: {}", node.name(),
                                         node.op_type(), computed.error().message));
      }
      values[node.output(0)] = computed.take_value();
    }
    return values;
  }
};

Result<void> append_output(const Tensors& values, const char* name, std::size_t rows,
                           std::vector<double>& to) {
  const auto found = values.find(name);
  const auto* numbers =
      found == values.end() ? nullptr : std::get_if<std::vector<double>>(&found->second.elements);
  if (numbers == nullptr || found->second.shape != TensorShape{rows, 1}) {
    return invalid_input(fmt::format("the output '{}' is not one double a patient", name));
  }
  to.insert(to.end(), numbers->begin(), numbers->end());
  return {};
}

}  // namespace

Result<GraphAnswers> evaluate_graph(std::string_view bytes,
                                    std::span<const std::vector<float>> patients) {
  onnx::ModelProto file;
  const auto parts = count_parts(bytes);
  if (!parts || *parts > kPartsMax || bytes.size() > kModelFileBytesMax ||
      !file.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return invalid_input("it is not an ONNX model");
  }
  const Graph graph = TRY(Graph::read(file.graph()));
  GraphAnswers answers;
  for (std::size_t from = 0; from < patients.size(); from += kPatientsTogether) {
    const auto together =
        patients.subspan(from, std::min(kPatientsTogether, patients.size() - from));
    std::vector<float> flat;
    for (const std::vector<float>& patient : together) {
      flat.insert(flat.end(), patient.begin(), patient.end());
    }
    if (flat.size() != together.size() * together.front().size()) {
      return invalid_input("the patients differ in their number of inputs");
    }
    const Tensors values =
        TRY(graph.run({{together.size(), together.front().size()}, std::move(flat)}));
    TRY(append_output(values, "risk", together.size(), answers.risks));
    TRY(append_output(values, "log_odds", together.size(), answers.log_odds));
  }
  return answers;
}

}  // namespace relearn
