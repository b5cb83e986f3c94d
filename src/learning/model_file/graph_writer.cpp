#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <bit>
#include <initializer_list>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "learning/model_file/graph.h"

namespace relearn {
namespace {

static_assert(std::endian::native == std::endian::little, "ONNX raw_data is little-endian");

using Shape = std::initializer_list<std::size_t>;

constexpr onnx::TensorProto::DataType data_type(double) { return onnx::TensorProto::DOUBLE; }
constexpr onnx::TensorProto::DataType data_type(float) { return onnx::TensorProto::FLOAT; }
constexpr onnx::TensorProto::DataType data_type(std::int64_t) { return onnx::TensorProto::INT64; }
constexpr onnx::TensorProto::DataType data_type(std::uint8_t) { return onnx::TensorProto::BOOL; }

/// Adds nodes and parameters to a graph. A node is called like the one value it makes.
class Graph {
 public:
  explicit Graph(onnx::GraphProto& graph) : graph_(graph) {}

  template <typename T>
  std::string parameter(const std::string& name, Shape shape, const std::vector<T>& values) {
    onnx::TensorProto& tensor = *graph_.add_initializer();
    for (const std::size_t size : shape) tensor.add_dims(static_cast<std::int64_t>(size));
    tensor.set_data_type(data_type(T{}));
    tensor.set_name(name);
    tensor.set_raw_data(values.data(), values.size() * sizeof(T));
    return name;
  }
  std::string parameter(const std::string& name, double value) {
    return parameter<double>(name, {1}, {value});
  }

  std::string node(const char* op, std::initializer_list<std::string> inputs,
                   const std::string& output) {
    onnx::NodeProto& node = *graph_.add_node();
    for (const std::string& input : inputs) node.add_input(input);
    node.add_output(output);
    node.set_name(output);
    node.set_op_type(op);
    return output;
  }

  /// The node that was added last.
  onnx::NodeProto& last() { return *graph_.mutable_node(graph_.node_size() - 1); }

  void attribute(const char* name, std::int64_t value) {
    onnx::AttributeProto& attribute = typed(name, onnx::AttributeProto::INT);
    attribute.set_i(value);
  }
  void attribute(const char* name, const char* value) {
    onnx::AttributeProto& attribute = typed(name, onnx::AttributeProto::STRING);
    attribute.set_s(value);
  }
  void attribute(const char* name, const std::vector<std::int64_t>& values) {
    onnx::AttributeProto& attribute = typed(name, onnx::AttributeProto::INTS);
    attribute.mutable_ints()->Add(values.begin(), values.end());
  }
  void attribute(const char* name, const std::vector<float>& values) {
    onnx::AttributeProto& attribute = typed(name, onnx::AttributeProto::FLOATS);
    attribute.mutable_floats()->Add(values.begin(), values.end());
  }
  void attribute(const char* name, const std::vector<const char*>& values) {
    onnx::AttributeProto& attribute = typed(name, onnx::AttributeProto::STRINGS);
    for (const char* value : values) attribute.add_strings(value);
  }

  std::string cast(const std::string& input, onnx::TensorProto::DataType type,
                   const std::string& output) {
    node("Cast", {input}, output);
    attribute("to", static_cast<std::int64_t>(type));
    return output;
  }

 private:
  onnx::AttributeProto& typed(const char* name, onnx::AttributeProto::AttributeType type) {
    onnx::AttributeProto& attribute = *last().add_attribute();
    attribute.set_name(name);
    attribute.set_type(type);
    return attribute;
  }

  onnx::GraphProto& graph_;
};

void add_value_info(onnx::ValueInfoProto& info, const char* name, onnx::TensorProto::DataType type,
                    std::size_t columns) {
  info.set_name(name);
  auto& tensor = *info.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(type);
  tensor.mutable_shape()->add_dim()->set_dim_param("N");
  tensor.mutable_shape()->add_dim()->set_dim_value(static_cast<std::int64_t>(columns));
}

/// Encoder::encode for all columns at once; the masks choose what each column is. Trees look at
/// `encoded`, all others at `encoded_double`.
void write_encoder(Graph& graph, const Encoder& encoder) {
  std::vector<std::int64_t> input;
  std::vector<std::uint8_t> is_value, is_missing;
  std::vector<float> fill, code, to_mean;
  for (const EncodedColumn& column : encoder.columns) {
    const bool value = column.kind == EncodedColumn::Kind::Value;
    input.push_back(column.input);
    is_value.push_back(value);
    is_missing.push_back(column.kind == EncodedColumn::Kind::IsMissing);
    fill.push_back(value ? column.number : column.fill);
    code.push_back(value ? 0.0F : column.number);
    to_mean.push_back(column.to_mean);
  }
  const std::size_t d = encoder.columns.size();
  graph.parameter("encoder.input", {d}, input);
  graph.parameter("encoder.is_value", {d}, is_value);
  graph.parameter("encoder.is_missing", {d}, is_missing);
  graph.parameter("encoder.fill", {d}, fill);
  graph.parameter("encoder.code", {d}, code);

  graph.node("Gather", {"inputs", "encoder.input"}, "encoder.raw");
  graph.attribute("axis", 1);
  graph.node("IsNaN", {"encoder.raw"}, "encoder.missing");
  graph.node("Where", {"encoder.missing", "encoder.fill", "encoder.raw"}, "encoder.filled");
  graph.node("Equal", {"encoder.filled", "encoder.code"}, "encoder.has_code");
  graph.cast("encoder.missing", onnx::TensorProto::FLOAT, "encoder.missing_01");
  graph.cast("encoder.has_code", onnx::TensorProto::FLOAT, "encoder.has_code_01");
  graph.node("Where", {"encoder.is_missing", "encoder.missing_01", "encoder.has_code_01"},
             "encoder.indicator");
  graph.node("Where", {"encoder.is_value", "encoder.filled", "encoder.indicator"}, "encoded");
  if (!encoder.has_means()) {
    graph.cast("encoded", onnx::TensorProto::DOUBLE, "encoded_double");
    return;
  }
  graph.parameter("encoder.to_mean", {d}, to_mean);
  graph.node("Add", {"encoded", "encoder.to_mean"}, "encoder.mean");
  graph.node("Where", {"encoder.missing", "encoder.mean", "encoded"}, "encoded_mean");
  graph.cast("encoded_mean", onnx::TensorProto::DOUBLE, "encoded_double");
}

/// Each of these adds the nodes of one member and returns the name of its score, double[N,1].
struct ScoreWriter {
  Graph& graph;
  std::string prefix;  // "member0."

  std::string name(const char* part) const { return prefix + part; }

  /// x * coefficients + intercept
  std::string linear(double intercept, const std::vector<double>& coefficients,
                     const std::string& output) {
    graph.parameter(name("coefficients"), {coefficients.size(), 1}, coefficients);
    graph.parameter(name("intercept"), intercept);
    graph.node("MatMul", {"encoded_double", name("coefficients")}, name("product"));
    return graph.node("Add", {name("product"), name("intercept")}, output);
  }

  std::string operator()(const LinearModel& model) {
    return linear(model.intercept, model.coefficients, name("score"));
  }

  std::string operator()(const SplineModel& model);
  std::string operator()(const KernelModel& model);
  std::string operator()(const TreeEnsemble& model);
  std::string logit_of_mean(const std::string& leaves);
};

/// What turns the cubes of (u - knot)+ of one term, m of them, into its m - 2 non-linear terms:
/// m x (m-2), row-major. The formula stands in model.h (Harrell, section 2.4.5).
std::vector<double> cube_weights(const std::vector<double>& knots) {
  const std::size_t m = knots.size();
  const double last = knots[m - 1];
  const double last_but_one = knots[m - 2];
  const double norm = (last - knots[0]) * (last - knots[0]);
  std::vector<double> weights(m * (m - 2), 0.0);
  for (std::size_t k = 0; k + 2 < m; ++k) {
    weights[k * (m - 2) + k] = 1 / norm;
    weights[(m - 2) * (m - 2) + k] = -(last - knots[k]) / (last - last_but_one) / norm;
    weights[(m - 1) * (m - 2) + k] = (last_but_one - knots[k]) / (last - last_but_one) / norm;
  }
  return weights;
}

std::string ScoreWriter::operator()(const SplineModel& model) {
  const std::string straight = linear(model.intercept, model.coefficients, name("linear"));
  std::vector<std::int64_t> columns;
  std::vector<double> knots, coefficients;
  for (const SplineModel::Term& term : model.terms) {
    columns.insert(columns.end(), term.knots.size(), term.column);
    knots.insert(knots.end(), term.knots.begin(), term.knots.end());
    coefficients.insert(coefficients.end(), term.coefficients.begin(), term.coefficients.end());
  }
  // One block of cube weights for each term, zero elsewhere.
  std::vector<double> basis(knots.size() * coefficients.size(), 0.0);
  std::size_t row = 0, column = 0;
  for (const SplineModel::Term& term : model.terms) {
    const std::vector<double> block = cube_weights(term.knots);
    const std::size_t width = term.coefficients.size();
    for (std::size_t i = 0; i < block.size(); ++i) {
      basis[(row + i / width) * coefficients.size() + column + i % width] = block[i];
    }
    row += term.knots.size();
    column += width;
  }
  graph.parameter(name("knot_column"), {columns.size()}, columns);
  graph.parameter(name("knots"), {knots.size()}, knots);
  graph.parameter(name("cube_weights"), {knots.size(), coefficients.size()}, basis);
  graph.parameter(name("spline_coefficients"), {coefficients.size(), 1}, coefficients);
  graph.node("Gather", {"encoded_double", name("knot_column")}, name("value_at_knot"));
  graph.attribute("axis", 1);
  graph.node("Sub", {name("value_at_knot"), name("knots")}, name("beyond_knot"));
  graph.node("Relu", {name("beyond_knot")}, name("distance"));
  graph.node("Mul", {name("distance"), name("distance")}, name("square"));
  graph.node("Mul", {name("square"), name("distance")}, name("cube"));
  graph.node("MatMul", {name("cube"), name("cube_weights")}, name("basis"));
  graph.node("MatMul", {name("basis"), name("spline_coefficients")}, name("curve"));
  return graph.node("Add", {straight, name("curve")}, name("score"));
}

/// |z - s|^2 as |z|^2 + |s|^2 - 2 z.s: N x m numbers in memory, not N x m x d.
std::string ScoreWriter::operator()(const KernelModel& model) {
  const std::size_t d = model.means.size();
  const std::size_t m = model.weights.size();
  graph.parameter(name("means"), {d}, model.means);
  graph.parameter(name("scales"), {d}, model.scales);
  graph.parameter(name("support"), {m, d}, model.support);
  graph.parameter(name("gamma"), model.gamma);
  graph.parameter(name("weights"), {m, 1}, model.weights);
  graph.parameter(name("intercept"), model.intercept);
  graph.node("Sub", {"encoded_double", name("means")}, name("centred"));
  graph.node("Div", {name("centred"), name("scales")}, name("z"));
  graph.node("Transpose", {name("support")}, name("support_columns"));
  graph.node("MatMul", {name("z"), name("support_columns")}, name("product"));
  graph.node("Add", {name("product"), name("product")}, name("product_twice"));
  graph.node("ReduceSumSquare", {name("z")}, name("z_square"));
  graph.attribute("axes", std::vector<std::int64_t>{1});
  graph.attribute("keepdims", 1);
  graph.node("ReduceSumSquare", {name("support")}, name("support_square"));
  graph.attribute("axes", std::vector<std::int64_t>{1});
  graph.attribute("keepdims", std::int64_t{0});
  graph.node("Add", {name("z_square"), name("support_square")}, name("squares"));
  graph.node("Sub", {name("squares"), name("product_twice")}, name("distance_square"));
  graph.node("Mul", {name("distance_square"), name("gamma")}, name("decay"));
  graph.node("Neg", {name("decay")}, name("exponent"));
  graph.node("Exp", {name("exponent")}, name("kernel"));
  graph.node("MatMul", {name("kernel"), name("weights")}, name("sum"));
  return graph.node("Add", {name("sum"), name("intercept")}, name("score"));
}

/// Every tree has a target of its own: its leaf value, a float, comes out unrounded, and the sum
/// over the trees is made in double.
void add_tree_attributes(Graph& graph, const TreeEnsemble& model) {
  std::vector<std::int64_t> tree_ids, node_ids, features, left_ids, right_ids;
  std::vector<std::int64_t> leaf_trees, leaf_nodes;
  std::vector<float> thresholds, leaf_values;
  std::vector<const char*> modes;
  std::size_t tree = 0;
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    if (tree + 1 < model.roots.size() && std::cmp_equal(i, model.roots[tree + 1])) ++tree;
    const TreeEnsemble::Node& node = model.nodes[i];
    const std::int64_t root = model.roots[tree];
    const bool leaf = node.feature < 0;
    tree_ids.push_back(static_cast<std::int64_t>(tree));
    node_ids.push_back(static_cast<std::int64_t>(i) - root);
    features.push_back(leaf ? 0 : node.feature);
    thresholds.push_back(node.threshold);
    modes.push_back(leaf ? "LEAF" : "BRANCH_LEQ");
    left_ids.push_back(leaf ? 0 : node.left - root);
    right_ids.push_back(leaf ? 0 : node.right - root);
    if (!leaf) continue;
    leaf_trees.push_back(tree_ids.back());
    leaf_nodes.push_back(node_ids.back());
    leaf_values.push_back(node.value);
  }
  graph.attribute("n_targets", static_cast<std::int64_t>(model.roots.size()));
  graph.attribute("nodes_treeids", tree_ids);
  graph.attribute("nodes_nodeids", node_ids);
  graph.attribute("nodes_featureids", features);
  graph.attribute("nodes_modes", modes);
  graph.attribute("nodes_values", thresholds);
  graph.attribute("nodes_truenodeids", left_ids);
  graph.attribute("nodes_falsenodeids", right_ids);
  graph.attribute("target_treeids", leaf_trees);
  graph.attribute("target_nodeids", leaf_nodes);
  graph.attribute("target_ids", leaf_trees);
  graph.attribute("target_weights", leaf_values);
}

std::string ScoreWriter::operator()(const TreeEnsemble& model) {
  graph.node("TreeEnsembleRegressor", {"encoded"}, name("leaves"));
  graph.last().set_domain("ai.onnx.ml");
  add_tree_attributes(graph, model);
  const std::string leaves =
      graph.cast(name("leaves"), onnx::TensorProto::DOUBLE, name("leaves_double"));
  if (model.combine == TreeEnsemble::Combine::Average) return logit_of_mean(leaves);
  graph.parameter<std::int64_t>(name("tree_axis"), {1}, {1});
  graph.parameter(name("base"), model.base);
  graph.node("ReduceSum", {leaves, name("tree_axis")}, name("sum"));
  return graph.node("Add", {name("sum"), name("base")}, name("score"));
}

std::string ScoreWriter::logit_of_mean(const std::string& leaves) {
  graph.parameter<double>(name("risk_min"), {}, {kForestRiskMin});
  graph.parameter<double>(name("risk_max"), {}, {1 - kForestRiskMin});
  graph.parameter(name("one"), 1.0);
  graph.node("ReduceMean", {leaves}, name("mean"));
  graph.attribute("axes", std::vector<std::int64_t>{1});
  graph.attribute("keepdims", 1);
  graph.node("Clip", {name("mean"), name("risk_min"), name("risk_max")}, name("risk"));
  graph.node("Sub", {name("one"), name("risk")}, name("one_minus_risk"));
  graph.node("Div", {name("risk"), name("one_minus_risk")}, name("odds"));
  return graph.node("Log", {name("odds")}, name("score"));
}

}  // namespace

std::string_view kind_name(const Model& model) {
  struct Name {
    std::string_view operator()(const LinearModel&) const { return "linear"; }
    std::string_view operator()(const SplineModel&) const { return "spline"; }
    std::string_view operator()(const KernelModel&) const { return "kernel"; }
    std::string_view operator()(const TreeEnsemble& trees) const {
      return trees.combine == TreeEnsemble::Combine::Sum ? "tree_sum" : "tree_average";
    }
  };
  return std::visit(Name{}, model);
}

void write_graph(const RiskModel& model, onnx::GraphProto& graph_proto) {
  graph_proto.set_name(model.disease);
  add_value_info(*graph_proto.add_input(), "inputs", onnx::TensorProto::FLOAT, model.inputs.size());
  add_value_info(*graph_proto.add_output(), "risk", onnx::TensorProto::DOUBLE, 1);
  add_value_info(*graph_proto.add_output(), "log_odds", onnx::TensorProto::DOUBLE, 1);

  Graph graph(graph_proto);
  write_encoder(graph, model.encoder);
  std::vector<std::string> scores;
  std::vector<double> intercepts, slopes, weights;
  for (const Member& member : model.members) {
    scores.push_back(
        std::visit(ScoreWriter{graph, fmt::format("member{}.", scores.size())}, member.model));
    intercepts.push_back(member.calibration.intercept);
    slopes.push_back(member.calibration.slope);
    weights.push_back(member.weight);
  }
  const std::size_t count = scores.size();
  graph.parameter("members.slope", {count}, slopes);
  graph.parameter("members.intercept", {count}, intercepts);
  graph.parameter("members.weight", {count, 1}, weights);
  graph.parameter("calibration.slope", model.calibration.slope);
  graph.parameter("calibration.intercept", model.calibration.intercept);
  graph.node("Concat", {}, "members.score");
  for (const std::string& score : scores) graph.last().add_input(score);
  graph.attribute("axis", 1);
  graph.node("Mul", {"members.score", "members.slope"}, "members.scaled");
  graph.node("Add", {"members.scaled", "members.intercept"}, "members.log_odds");
  graph.node("MatMul", {"members.log_odds", "members.weight"}, "average");
  graph.node("Mul", {"average", "calibration.slope"}, "calibration.scaled");
  graph.node("Add", {"calibration.scaled", "calibration.intercept"}, "log_odds");
  graph.node("Sigmoid", {"log_odds"}, "risk");
}

}  // namespace relearn
