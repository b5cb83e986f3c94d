// The operators that our graphs are made of, each as its definition in ONNX says.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "learning/model_file/onnx_tensor.h"

namespace onnx {
class NodeProto;
}

namespace relearn {

/// The one output of a node. `inputs`: its input tensors in order. InvalidInput, without the node's
/// name, when the operator is not known or the inputs are not of the kind that it takes.
/// TreeEnsembleRegressor is not here: see onnx_trees.h.
Result<OnnxTensor> apply_operator(const onnx::NodeProto& node,
                                  const std::vector<const OnnxTensor*>& inputs);

}  // namespace relearn
