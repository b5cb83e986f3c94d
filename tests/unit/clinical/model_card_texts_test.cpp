#include <gtest/gtest.h>

#include "clinical/disease_file.h"

namespace relearn {
namespace {

std::vector<std::string> inputs_of(const DiseaseFile& disease, std::string_view kind) {
  std::vector<std::string> ids;
  const auto found = disease.card.demographic_inputs.find(kind);
  if (found == disease.card.demographic_inputs.end()) return ids;
  for (const int index : found->second) {
    ids.push_back(disease.predictors[static_cast<std::size_t>(index)].id);
  }
  return ids;
}

TEST(ModelCardTexts, SayWhichInputsTellWhoSomebodyIs) {
  const auto heart =
      load_disease_file(std::filesystem::path(RELEARN_SOURCE_DIR) / "diseases/heart.toml");
  ASSERT_TRUE(heart.ok()) << heart.error().message;
  EXPECT_EQ(inputs_of(heart.value(), "sex"), std::vector<std::string>{"sex"});
  EXPECT_EQ(inputs_of(heart.value(), "date_of_birth"), std::vector<std::string>{"age_years"});
  EXPECT_TRUE(inputs_of(heart.value(), "race").empty());
}

TEST(ModelCardTexts, NameEveryInputOfTheModelsUnderSomeKind) {
  const auto diseases = load_disease_folder(std::filesystem::path(RELEARN_SOURCE_DIR) / "diseases");
  ASSERT_TRUE(diseases.ok()) << diseases.error().message;
  for (const DiseaseFile& disease : diseases.value()) {
    std::size_t named = 0;
    for (const std::string_view kind : kDemographics) named += inputs_of(disease, kind).size();
    EXPECT_EQ(named, disease.model_inputs().size()) << disease.id;
  }
}

}  // namespace
}  // namespace relearn
