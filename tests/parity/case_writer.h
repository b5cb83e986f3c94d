// The cases of the comparison with ONNX Runtime: a model file, raw inputs, our risks by the
// scorer and by the graph.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "learning/models/risk_model.h"

namespace relearn {

class CaseWriter {
 public:
  explicit CaseWriter(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Writes N.sav and N.json. group: what the comparison reports together ("heart forest").
  Result<void> add(const std::string& group, const RiskModel& model,
                   const std::vector<std::vector<float>>& patients);

 private:
  std::filesystem::path folder_;
  std::size_t count_ = 0;
};

}  // namespace relearn
