#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "base/digest.h"
#include "base/file.h"
#include "learning/model_file/model_file.h"
#include "unit/learning/model_file/random_models.h"

namespace relearn {
namespace {

const ModelFacts kFacts = {
    {"disease", "random"}, {"version", "3"}, {"metrics", R"({"auroc":0.9})"}};

std::string written(const RiskModel& model, const ModelFacts& facts = kFacts) {
  Result<std::string> bytes = write_model(model, facts);
  EXPECT_TRUE(bytes.ok()) << (bytes.ok() ? "" : bytes.error().message);
  return bytes.ok() ? bytes.value() : "";
}

class EveryKind : public testing::TestWithParam<std::string_view> {};
INSTANTIATE_TEST_SUITE_P(ModelFile, EveryKind, testing::ValuesIn(kModelKinds),
                         [](const auto& kind) { return std::string(kind.param); });

TEST_P(EveryKind, comes_back_as_it_was_written) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const RiskModel model = random_model(GetParam(), seed);
    const std::string bytes = written(model);
    const Result<SavedModel> saved = read_model(bytes);
    ASSERT_TRUE(saved.ok()) << saved.error().message;
    EXPECT_EQ(saved.value().model, model);
    EXPECT_EQ(saved.value().facts, kFacts);
    EXPECT_EQ(saved.value().digest, sha256(bytes));
  }
}

TEST_P(EveryKind, comes_back_with_its_means) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const RiskModel model = with_means(random_model(GetParam(), seed), seed);
    const Result<SavedModel> saved = read_model(written(model));
    ASSERT_TRUE(saved.ok()) << saved.error().message;
    EXPECT_EQ(saved.value().model, model);
  }
}

TEST(ModelFile, is_of_format_2_only_when_means_differ_from_the_typical_values) {
  const RiskModel model = random_model("linear", 1);
  const auto has = [](const std::string& bytes, const char* text) {
    return bytes.find(text) != std::string::npos;
  };
  EXPECT_FALSE(has(written(model), "encoder.to_mean"));
  EXPECT_TRUE(has(written(with_means(model, 1)), "encoder.to_mean"));
}

TEST_P(EveryKind, makes_the_same_bytes_each_time) {
  EXPECT_EQ(written(random_model(GetParam(), 7)), written(random_model(GetParam(), 7)));
  EXPECT_NE(written(random_model(GetParam(), 7)), written(random_model(GetParam(), 8)));
}

TEST(ModelFile, an_average_of_all_kinds_comes_back_with_its_members_in_order) {
  const RiskModel model = random_model(kModelKinds, 5, 1);
  const Result<SavedModel> saved = read_model(written(model));
  ASSERT_TRUE(saved.ok()) << saved.error().message;
  EXPECT_EQ(saved.value().model, model);
}

TEST(ModelFile, a_spline_without_terms_and_a_tree_of_one_leaf_come_back) {
  RiskModel spline = random_model("spline", 1);
  std::get<SplineModel>(spline.members[0].model).terms.clear();
  RiskModel leaf = random_model("tree_sum", 1);
  leaf.members[0].model = TreeEnsemble{.base = 0.5, .nodes = {{.value = 0.25F}}, .roots = {0}};
  for (const RiskModel& model : {spline, leaf}) {
    const Result<SavedModel> saved = read_model(written(model));
    ASSERT_TRUE(saved.ok()) << saved.error().message;
    EXPECT_EQ(saved.value().model, model);
  }
}

TEST(ModelFile, a_reference_patient_without_a_value_stays_without_it) {
  RiskModel model = random_model("linear", 1);
  model.reference[2] = std::numeric_limits<float>::quiet_NaN();
  const Result<SavedModel> saved = read_model(written(model));
  ASSERT_TRUE(saved.ok()) << saved.error().message;
  EXPECT_TRUE(std::isnan(saved.value().model.reference[2]));
}

TEST(ModelFile, numbers_at_the_edges_of_double_and_float_keep_every_bit) {
  RiskModel model = random_model("linear", 1);
  auto& linear = std::get<LinearModel>(model.members[0].model);
  linear.coefficients[0] = std::numeric_limits<double>::denorm_min();
  linear.coefficients[1] = std::numeric_limits<double>::max();
  linear.coefficients[2] = -0.0;
  model.encoder.columns[0].number = std::numeric_limits<float>::denorm_min();
  model.reference[1] = 0.1F;
  const Result<SavedModel> saved = read_model(written(model));
  ASSERT_TRUE(saved.ok()) << saved.error().message;
  EXPECT_EQ(saved.value().model, model);
  EXPECT_TRUE(
      std::signbit(std::get<LinearModel>(saved.value().model.members[0].model).coefficients[2]));
}

TEST(ModelFile, facts_of_any_text_come_back_in_order) {
  const ModelFacts facts = {{"version", "1"},
                            {"limits", "line one\nline two \"quoted\" \xE0\xA4\xAE"},
                            {"empty", ""},
                            {"a_fact", std::string(100'000, 'x')}};
  const Result<SavedModel> saved = read_model(written(random_model("linear", 1), facts));
  ASSERT_TRUE(saved.ok()) << saved.error().message;
  EXPECT_EQ(saved.value().facts, facts);
}

TEST(ModelFile, loads_from_a_path_and_names_the_path_when_it_cannot) {
  const std::filesystem::path path =
      std::filesystem::path(testing::TempDir()) / "model_file_round_trip.sav";
  const RiskModel model = random_model("spline", 4);
  ASSERT_TRUE(write_file_atomically(path, written(model)).ok());
  const Result<SavedModel> saved = load_model(path);
  ASSERT_TRUE(saved.ok()) << saved.error().message;
  EXPECT_EQ(saved.value().model, model);

  ASSERT_TRUE(write_file_atomically(path, "not a model").ok());
  const Result<SavedModel> refused = load_model(path);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("model_file_round_trip.sav"), std::string::npos);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace relearn
