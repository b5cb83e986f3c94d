// TreeEnsembleRegressor of ai.onnx.ml 3, as its definition says: nodes are found by their ids, sums
// are made in float, one a target.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/result.h"

namespace onnx {
class NodeProto;
}

namespace relearn {

class OnnxTrees {
 public:
  /// InvalidInput for an attribute or a mode of a node that our files do not use.
  static Result<OnnxTrees> read(const onnx::NodeProto& node);

  std::size_t targets() const { return targets_; }
  /// Adds the leaves of one patient to `sums`, one a target. InvalidInput when a tree does not end
  /// or asks for a feature that is not there.
  Result<void> add_leaves(std::span<const float> features, std::span<float> sums) const;

 private:
  struct Node {
    bool leaf = false;
    std::size_t feature = 0;
    float threshold = 0;
    std::size_t if_true = 0, if_false = 0;               // places in nodes_
    std::vector<std::pair<std::size_t, float>> weights;  // of a leaf: target, weight
  };

  std::size_t targets_ = 0;
  std::vector<Node> nodes_;
  std::vector<std::size_t> roots_;
};

}  // namespace relearn
