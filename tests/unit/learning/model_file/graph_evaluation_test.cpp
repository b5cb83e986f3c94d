// The graph of a model file, computed as the definition of ONNX says, tells every patient what our
// scorer tells them; and it notices when the two are not the same model.
#define ONNX_ML 1
#define ONNX_NAMESPACE onnx
#include "learning/model_file/graph_evaluation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "learning/model_file/model_file.h"
#include "learning/model_file/onnx_operators.h"
#include "unit/learning/model_file/random_models.h"

namespace relearn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t kPatients = 500;
constexpr double kTolerance = 1e-6;  // docs/formats/saved_model.md

std::string written(const RiskModel& model) { return write_model(model, {}).take_value(); }

double largest_difference(const RiskModel& model, std::string_view bytes,
                          const std::vector<std::vector<float>>& patients) {
  const auto answers = evaluate_graph(bytes, patients);
  EXPECT_TRUE(answers.ok()) << (answers.ok() ? "" : answers.error().message);
  if (!answers.ok()) return 1;
  EXPECT_EQ(answers.value().risks.size(), patients.size());
  double largest = 0;
  for (std::size_t i = 0; i < patients.size(); ++i) {
    largest = std::max(largest, std::abs(answers.value().risks[i] - model.risk(patients[i])));
  }
  return largest;
}

TEST(GraphEvaluation, agrees_with_the_scorer_for_every_kind_of_model) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    for (const std::string_view kind : kModelKinds) {
      const RiskModel model = random_model(kind, seed);
      const auto patients = random_patients(model, kPatients, seed);
      EXPECT_LE(largest_difference(model, written(model), patients), kTolerance) << kind;
    }
    const RiskModel average = random_model(kModelKinds, 10, seed);
    EXPECT_LE(largest_difference(average, written(average), random_patients(average, kPatients, 9)),
              kTolerance);
  }
}

/// The file after a change to its graph; its digest does not fit any more, which is not asked here.
std::string changed(std::string bytes, const std::function<void(onnx::GraphProto&)>& change) {
  onnx::ModelProto file;
  EXPECT_TRUE(file.ParseFromString(bytes));
  change(*file.mutable_graph());
  return file.SerializeAsString();
}

onnx::NodeProto& node_called(onnx::GraphProto& graph, const std::string& name) {
  for (onnx::NodeProto& node : *graph.mutable_node()) {
    if (node.name() == name) return node;
  }
  ADD_FAILURE() << "no node " << name;
  return *graph.mutable_node(0);
}

TEST(GraphEvaluation, notices_a_graph_that_is_another_model) {
  const RiskModel model = random_model(kModelKinds, 10, 4);
  const auto patients = random_patients(model, kPatients, 4);
  const auto distance_after = [&](const std::function<void(onnx::GraphProto&)>& change) {
    return largest_difference(model, changed(written(model), change), patients);
  };
  EXPECT_GT(distance_after(
                [](onnx::GraphProto& graph) { node_called(graph, "log_odds").set_op_type("Sub"); }),
            kTolerance);
  EXPECT_GT(distance_after([](onnx::GraphProto& graph) {
              node_called(graph, "encoder.filled").set_input(1, "encoder.code");
            }),
            kTolerance);
  EXPECT_GT(distance_after([](onnx::GraphProto& graph) {
              for (onnx::AttributeProto& attribute :
                   *node_called(graph, "member3.leaves").mutable_attribute()) {
                if (attribute.name() == "nodes_truenodeids") attribute.set_name("other");
                if (attribute.name() == "nodes_falsenodeids")
                  attribute.set_name("nodes_truenodeids");
                if (attribute.name() == "other") attribute.set_name("nodes_falsenodeids");
              }
            }),
            kTolerance);
}

std::string why_not(const std::function<void(onnx::GraphProto&)>& change) {
  const RiskModel model = random_model(kModelKinds, 10, 5);
  const auto answers =
      evaluate_graph(changed(written(model), change), random_patients(model, 3, 5));
  return answers.ok() ? "computed" : answers.error().message;
}

TEST(GraphEvaluation, names_what_it_cannot_compute) {
  EXPECT_EQ(why_not([](onnx::GraphProto&) {}), "computed");
  EXPECT_THAT(
      why_not([](onnx::GraphProto& graph) { node_called(graph, "log_odds").set_op_type("Pow"); }),
      HasSubstr("'log_odds' (Pow)"));
  EXPECT_THAT(
      why_not([](onnx::GraphProto& graph) { node_called(graph, "risk").set_input(0, "nothing"); }),
      HasSubstr("'nothing' is not there yet"));
  EXPECT_THAT(why_not([](onnx::GraphProto& graph) { graph.mutable_initializer(3)->add_dims(7); }),
              HasSubstr("does not fill its shape"));
  EXPECT_THAT(why_not([](onnx::GraphProto& graph) {
                for (onnx::AttributeProto& attribute :
                     *node_called(graph, "member3.leaves").mutable_attribute()) {
                  if (attribute.name() == "nodes_modes") attribute.set_strings(0, "BRANCH_LT");
                }
              }),
              HasSubstr("BRANCH_LT"));
  EXPECT_THAT(why_not([](onnx::GraphProto& graph) {
                for (onnx::AttributeProto& attribute :
                     *node_called(graph, "member3.leaves").mutable_attribute()) {
                  if (!attribute.name().ends_with("enodeids")) continue;  // true and false
                  for (std::int64_t& child : *attribute.mutable_ints()) child = 0;
                }
              }),
              HasSubstr("a tree has two roots"));
  EXPECT_THAT(why_not([](onnx::GraphProto& graph) {
                node_called(graph, "members.score").set_op_type("Where");
              }),
              HasSubstr("members.score"));
  const auto nothing = evaluate_graph("not a model", {});
  EXPECT_FALSE(nothing.ok());
}

// Single operators. Expected values by hand from the definitions at https://onnx.ai/onnx/operators.

OnnxTensor doubles(TensorShape shape, std::vector<double> values) {
  return {std::move(shape), std::move(values)};
}

onnx::NodeProto operator_called(const char* op) {
  onnx::NodeProto node;
  node.set_op_type(op);
  return node;
}

void add_integers(onnx::NodeProto& node, const char* name, std::vector<std::int64_t> values) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INTS);
  attribute.mutable_ints()->Add(values.begin(), values.end());
}

void add_integer(onnx::NodeProto& node, const char* name, std::int64_t value) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(value);
}

OnnxTensor applied(const onnx::NodeProto& node, const std::vector<const OnnxTensor*>& inputs) {
  auto result = apply_operator(node, inputs);
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
  return result.ok() ? result.take_value() : OnnxTensor{};
}

const std::vector<double>& values_of(const OnnxTensor& tensor) {
  return std::get<std::vector<double>>(tensor.elements);
}

TEST(OnnxOperators, broadcast_in_both_directions) {
  const OnnxTensor column = doubles({2, 1}, {10, 20});
  const OnnxTensor row = doubles({3}, {1, 2, 3});
  const OnnxTensor difference = applied(operator_called("Sub"), {&column, &row});
  EXPECT_THAT(difference.shape, ElementsAre(2, 3));
  EXPECT_THAT(values_of(difference), ElementsAre(9, 8, 7, 19, 18, 17));
  const OnnxTensor other_way = applied(operator_called("Div"), {&row, &column});
  EXPECT_THAT(values_of(other_way), ElementsAre(0.1, 0.2, 0.3, 0.05, 0.1, 0.15));
  const OnnxTensor pair = doubles({2}, {1, 2});
  EXPECT_FALSE(apply_operator(operator_called("Add"), {&row, &pair}).ok());
}

TEST(OnnxOperators, reduce_along_one_axis) {
  const OnnxTensor table = doubles({2, 3}, {1, 2, 3, 4, 5, 6});
  onnx::NodeProto mean = operator_called("ReduceMean");
  add_integers(mean, "axes", {1});
  EXPECT_THAT(applied(mean, {&table}).shape, ElementsAre(2, 1));
  EXPECT_THAT(values_of(applied(mean, {&table})), ElementsAre(2, 5));
  onnx::NodeProto squares = operator_called("ReduceSumSquare");
  add_integers(squares, "axes", {0});
  add_integer(squares, "keepdims", 0);
  EXPECT_THAT(applied(squares, {&table}).shape, ElementsAre(3));
  EXPECT_THAT(values_of(applied(squares, {&table})), ElementsAre(17, 29, 45));
}

TEST(OnnxOperators, move_elements_to_their_places) {
  const OnnxTensor table = doubles({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_THAT(values_of(applied(operator_called("Transpose"), {&table})),
              ElementsAre(1, 4, 2, 5, 3, 6));
  onnx::NodeProto gather = operator_called("Gather");
  add_integer(gather, "axis", 1);
  const OnnxTensor last_twice{{2}, std::vector<std::int64_t>{2, 2}};
  EXPECT_THAT(values_of(applied(gather, {&table, &last_twice})), ElementsAre(3, 3, 6, 6));
  onnx::NodeProto concat = operator_called("Concat");
  add_integer(concat, "axis", -1);
  const OnnxTensor column = doubles({2, 1}, {7, 8});
  EXPECT_THAT(values_of(applied(concat, {&table, &column})), ElementsAre(1, 2, 3, 7, 4, 5, 6, 8));
}

TEST(OnnxOperators, multiply_matrices_and_keep_to_one_type) {
  const OnnxTensor a = doubles({2, 2}, {1, 2, 3, 4});
  const OnnxTensor b = doubles({2, 1}, {5, 6});
  EXPECT_THAT(values_of(applied(operator_called("MatMul"), {&a, &b})), ElementsAre(17, 39));
  const OnnxTensor floats{{2, 1}, std::vector<float>{5, 6}};
  EXPECT_FALSE(apply_operator(operator_called("MatMul"), {&a, &floats}).ok());
  EXPECT_FALSE(apply_operator(operator_called("Add"), {&a, &floats}).ok());
}

TEST(OnnxOperators, choose_where_a_value_is_missing) {
  const float nan = std::nanf("");
  const OnnxTensor raw{{1, 3}, std::vector<float>{1, nan, 3}};
  const OnnxTensor fill{{3}, std::vector<float>{7, 8, 9}};
  const OnnxTensor missing = applied(operator_called("IsNaN"), {&raw});
  const OnnxTensor filled = applied(operator_called("Where"), {&missing, &fill, &raw});
  EXPECT_THAT(std::get<std::vector<float>>(filled.elements), ElementsAre(1, 8, 3));
  EXPECT_THAT(
      std::get<std::vector<std::uint8_t>>(applied(operator_called("Equal"), {&raw, &raw}).elements),
      ElementsAre(1, 0, 1));
}

}  // namespace
}  // namespace relearn
