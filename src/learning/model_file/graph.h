// The graph of a model file: a RiskModel said in standard ONNX operators, out and in.
//
//   inputs float[N,p] -> encoder -> float[N,d] -> scores of the M members, double[N,M]
//          -> their calibrations and weights -> calibration -> log_odds -> risk, double[N,1]
//
// Every parameter stands unchanged in one initializer, or in the attributes of the tree node, under
// a name of its own ("encoder.fill", "member0.coefficients"), so that it can be taken out again.
// docs/formats/saved_model.md lists names and shapes; decision 0020 says why double and why these
// operators.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "learning/models/risk_model.h"

namespace onnx {
class GraphProto;
}

namespace relearn {

/// The operators that our graphs are made of, and no other.
inline constexpr std::array<std::string_view, 22> kGraphOperators = {"Add",
                                                                     "Cast",
                                                                     "Clip",
                                                                     "Concat",
                                                                     "Div",
                                                                     "Equal",
                                                                     "Exp",
                                                                     "Gather",
                                                                     "IsNaN",
                                                                     "Log",
                                                                     "MatMul",
                                                                     "Mul",
                                                                     "Neg",
                                                                     "ReduceMean",
                                                                     "ReduceSum",
                                                                     "ReduceSumSquare",
                                                                     "Relu",
                                                                     "Sigmoid",
                                                                     "Sub",
                                                                     "Transpose",
                                                                     "TreeEnsembleRegressor",
                                                                     "Where"};

/// What a member computes: "linear", "spline", "kernel", "tree_sum" or "tree_average".
std::string_view kind_name(const Model& model);
/// A model of this kind without parameters, or nothing for an unknown kind.
std::optional<Model> empty_model(std::string_view kind);

/// The model must have passed check_model. What the graph does not compute with is written
/// elsewhere: names and codes of the inputs, the reference patient, the families.
void write_graph(const RiskModel& model, onnx::GraphProto& graph);

/// Fills the disease, encoder, calibrations, weights and models from the graph. `model` already has
/// its inputs, and its members an empty_model of the right kind. Refuses what is absent or of
/// another type; whether the numbers make sense is check_model's to say.
Result<void> read_graph(const onnx::GraphProto& graph, RiskModel& model);

}  // namespace relearn
