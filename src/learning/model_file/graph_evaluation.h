// What the graph of a model file says, computed as the definition of ONNX says: operator by
// operator, each with its broadcasting and its element type. It knows nothing of families, encoders
// or our scorer, so that agreeing with them says something. Slow; for certificates and tests.
//
// Operators: kGraphOperators, with what our files use of them: operator set 15, ai.onnx.ml 3.
// https://onnx.ai/onnx/operators
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace relearn {

struct GraphAnswers {
  std::vector<double> risks;     // n
  std::vector<double> log_odds;  // n
};

/// bytes: a model file that read_model() accepts. patients: n x p raw inputs, NaN = missing.
/// InvalidInput names the node that cannot be computed.
Result<GraphAnswers> evaluate_graph(std::string_view bytes,
                                    std::span<const std::vector<float>> patients);

}  // namespace relearn
