#include "parity/case_writer.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "learning/model_file/graph_evaluation.h"
#include "learning/model_file/model_file.h"

namespace relearn {

/// The risks are those of the model as it comes back from its file; those of the graph are what our
/// own evaluator of ONNX says, on which the parity certificate of a published model stands.
Result<void> CaseWriter::add(const std::string& group, const RiskModel& model,
                             const std::vector<std::vector<float>>& patients) {
  const std::string bytes = TRY(write_model(model, {{"disease", model.disease}}));
  const SavedModel saved = TRY(read_model(bytes));
  nlohmann::ordered_json inputs = nlohmann::ordered_json::array();
  nlohmann::ordered_json risks = nlohmann::ordered_json::array();
  for (const std::vector<float>& patient : patients) {
    for (const float value : patient) {
      // JSON knows no NaN: a missing value is null.
      inputs.push_back(std::isnan(value) ? nlohmann::ordered_json(nullptr)
                                         : nlohmann::ordered_json(value));
    }
    risks.push_back(saved.model.risk(patient));
  }
  const GraphAnswers graph = TRY(evaluate_graph(bytes, patients));
  const nlohmann::ordered_json text = {{"group", group},
                                       {"columns", model.inputs.size()},
                                       {"inputs", std::move(inputs)},
                                       {"risks", std::move(risks)},
                                       {"graph_risks", graph.risks}};
  const std::string name = fmt::format("{:03}", ++count_);
  TRY(write_file_atomically(folder_ / (name + ".sav"), bytes));
  return write_file_atomically(folder_ / (name + ".json"), text.dump());
}

}  // namespace relearn
