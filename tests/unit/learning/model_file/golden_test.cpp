// Saved models load for ever: the files in tests/golden/models were written once, with the risks of
// their patients as computed then, and are never written again.
//
// RELEARN_WRITE_GOLDEN=1 adds files for new kinds of model; it leaves those that exist.
#define ONNX_ML 1
#define ONNX_NAMESPACE onnx
#include <gtest/gtest.h>
#include <onnx/checker.h>
#include <onnx/onnx_pb.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "learning/model_file/model_file.h"
#include "unit/learning/model_file/random_models.h"

namespace relearn {
namespace {

constexpr double kDifferenceMax = 1e-12;
constexpr std::size_t kPatients = 60;
constexpr std::uint64_t kGoldenBytesMax = 50'000;

const std::filesystem::path kFolder =
    std::filesystem::path(RELEARN_SOURCE_DIR) / "tests/golden/models";

std::vector<std::string> names() {
  std::vector<std::string> names(std::begin(kModelKinds), std::end(kModelKinds));
  names.push_back("average");
  names.push_back("average_with_means");
  return names;
}

RiskModel golden_model(const std::string& name) {
  if (name == "average_with_means") return with_means(random_model(kModelKinds, 4, 21), 21);
  return name == "average" ? random_model(kModelKinds, 4, 20) : random_model(name, 20);
}

void write_if_new(const std::string& name) {
  if (std::getenv("RELEARN_WRITE_GOLDEN") == nullptr) return;
  if (std::filesystem::exists(kFolder / (name + ".sav"))) return;
  const RiskModel model = golden_model(name);
  const Result<std::string> bytes = write_model(
      model, {{"disease", model.disease}, {"version", "1"}, {"data", "SYNTHETIC"}, {"seed", "20"}});
  ASSERT_TRUE(bytes.ok()) << bytes.error().message;
  nlohmann::ordered_json patients = nlohmann::ordered_json::array();
  for (const std::vector<float>& inputs : random_patients(model, kPatients, 20)) {
    nlohmann::ordered_json values = nlohmann::ordered_json::array();
    for (const float value : inputs) {
      values.push_back(std::isnan(value) ? nlohmann::ordered_json()
                                         : nlohmann::ordered_json(value));
    }
    patients.push_back({{"inputs", values}, {"risk", model.risk(inputs)}});
  }
  std::string lines = "[\n";
  for (const auto& patient : patients) {
    lines += patient.dump() + (&patient == &patients.back() ? "\n]\n" : ",\n");
  }
  ASSERT_TRUE(write_file_atomically(kFolder / (name + ".sav"), bytes.value()).ok());
  ASSERT_TRUE(write_file_atomically(kFolder / (name + ".json"), lines).ok());
}

class Golden : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(ModelFile, Golden, testing::ValuesIn(names()),
                         [](const auto& name) { return name.param; });

TEST_P(Golden, model_loads_and_gives_the_risks_it_gave) {
  write_if_new(GetParam());
  const Result<SavedModel> saved = load_model(kFolder / (GetParam() + ".sav"));
  ASSERT_TRUE(saved.ok()) << saved.error().message;
  const Result<std::string> text = read_file(kFolder / (GetParam() + ".json"), kGoldenBytesMax);
  ASSERT_TRUE(text.ok()) << text.error().message;
  const nlohmann::json patients = nlohmann::json::parse(text.value());
  ASSERT_EQ(patients.size(), kPatients);
  for (const auto& patient : patients) {
    std::vector<float> inputs;
    for (const auto& value : patient.at("inputs")) {
      inputs.push_back(value.is_null() ? std::numeric_limits<float>::quiet_NaN()
                                       : value.get<float>());
    }
    EXPECT_NEAR(saved.value().model.risk(inputs), patient.at("risk").get<double>(), kDifferenceMax)
        << patient.dump();
  }
}

TEST_P(Golden, model_is_valid_by_the_rules_of_onnx_itself) {
  const Result<std::string> bytes = read_file(kFolder / (GetParam() + ".sav"), kGoldenBytesMax);
  ASSERT_TRUE(bytes.ok()) << bytes.error().message;
  onnx::ModelProto file;
  ASSERT_TRUE(file.ParseFromString(bytes.value()));
  EXPECT_NO_THROW(onnx::checker::check_model(file));
  file.mutable_graph()->mutable_node(0)->set_op_type("NoSuchOperator");
  EXPECT_THROW(onnx::checker::check_model(file), onnx::checker::ValidationError);
}

}  // namespace
}  // namespace relearn
