#include "clinical/disease_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/file.h"
#include "disease_text.h"

namespace relearn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

TEST(DiseaseFile, EverythingThatIsWrittenIsRead) {
  const auto loaded = load_text(small_disease());
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  const DiseaseFile& gout = loaded.value();
  EXPECT_EQ(gout.id, "gout");
  EXPECT_EQ(gout.version, 3);
  EXPECT_EQ(gout.digest, sha256(small_disease()));
  EXPECT_THAT(gout.baseline, ElementsAre("gout.csv"));
  EXPECT_THAT(gout.predictors, SizeIs(4));
  EXPECT_THAT(gout.model_inputs(), ElementsAre(0, 1, 3));
  EXPECT_EQ(gout.find("joint"), 3);
  EXPECT_EQ(gout.find("elbow"), -1);
  EXPECT_EQ(gout.thresholds.net_benefit.high, 0.6);
  EXPECT_EQ(gout.subgroups.at(0).predictor, 0);

  const Predictor& age = gout.predictors[0];
  EXPECT_EQ(age.label.at("mr"), "वय");
  EXPECT_EQ(age.group_above, 89);
  EXPECT_FALSE(age.terminology.at(0).verified);
  const Predictor& urate = gout.predictors[1];
  EXPECT_TRUE(urate.anchor);
  EXPECT_EQ(urate.soft.low, urate.hard.low) << "without soft limits the hard ones are taken";
  const Predictor& joint = gout.predictors[3];
  EXPECT_EQ(joint.missing, MissingPolicy::ImputeWithIndicator);
  EXPECT_EQ(joint.hard.high, 2) << "limits of a category are its codes";
  EXPECT_EQ(joint.list_codes(), "toe (1), knee (2)");
}

TEST(DiseaseFile, ThePrivacyPlanSaysHowFinelyPeopleAreTold) {
  const PrivacyPlan plan = load_text(small_disease()).take_value().privacy;
  EXPECT_EQ(plan.version, 2);
  EXPECT_EQ(plan.k, 6);
  EXPECT_EQ(plan.suppressed_share_max, 0.1);
  ASSERT_THAT(plan.levels, SizeIs(2));
  EXPECT_TRUE(plan.levels[0].year);
  EXPECT_FALSE(plan.levels[1].year);
  EXPECT_THAT(plan.levels[0].bands, SizeIs(1)) << "a code without bands is told as it is";
  EXPECT_EQ(plan.levels[0].bands.at(0).at(1).from, 40);
  EXPECT_EQ(plan.levels[1].bands.at(3).at(0).as, 2);
}

TEST(DiseaseFile, ThePlanSaysWhatMayChange) {
  const ChangePlan plan = load_text(small_disease()).take_value().plan;
  EXPECT_EQ(plan.version, 4);
  EXPECT_TRUE(plan.allows(Rung::NewSearch));
  EXPECT_TRUE(plan.is_automatic(Rung::Slope));
  EXPECT_FALSE(plan.is_automatic(Rung::SameRecipe));
  EXPECT_EQ(plan.needed_for(RetrainTrigger::Schedule).persons, 50);
  EXPECT_EQ(plan.locked.at_least.non_cases, 20);
  EXPECT_EQ(plan.floors.slope.high, 1.4);
  EXPECT_EQ(plan.digest, sha256(plan_text(plan)));
}

TEST(DiseaseFile, ThePlansDigestChangesWithItsNumbersOnly) {
  const auto digest = [](const std::string& text) {
    return load_text(text).take_value().plan.digest;
  };
  const std::string text = small_disease();
  EXPECT_EQ(digest(with(text, "looks_max = 10", "looks_max =  10  # then it is replaced")),
            digest(text));
  EXPECT_EQ(digest(with(text, "version = 3\n", "version = 5\n")), digest(text))
      << "what is outside the plan";
  for (const auto& [part, replacement] : std::initializer_list<std::pair<const char*, const char*>>{
           {"looks_max = 10", "looks_max = 9"},
           {"champion_nats = 0.02", "champion_nats = 0.021"},
           {"one_person_may_do_both = false", "one_person_may_do_both = true"},
           {"automatic = [\"intercept\", \"slope\"]", "automatic = [\"slope\"]"},
           {"button = { persons = 30, cases = 10", "button = { persons = 30, cases = 9"},
           {"approvals = 1\n", "approvals = 2\n"}}) {
    EXPECT_NE(digest(with(text, part, replacement)), digest(text)) << replacement;
  }
}

TEST(DiseaseFile, AnAdapterKnowsItsColumnsCodesAndPerson) {
  const DiseaseFile gout = load_text(small_disease()).take_value();
  const Adapter& clinic = gout.adapters.at(0);
  EXPECT_THAT(clinic.columns_in_order, ElementsAre("who", "age", "ua", "where", "note", "gout"));
  EXPECT_EQ(clinic.person_column, 0);
  EXPECT_EQ(clinic.outcome_column, 5);
  EXPECT_EQ(clinic.outcome_codes.at("y"), 1);
  EXPECT_EQ(clinic.columns[2].unit, "umol/L");
  EXPECT_THAT(clinic.columns[2].missing_codes, ElementsAre("0", "-9"));
  EXPECT_EQ(clinic.columns[3].code_map.at("K"), 2);
  EXPECT_EQ(clinic.columns[4].predictor, -1);
  const Adapter& plain = gout.adapters.at(1);
  EXPECT_FALSE(plain.header);
  EXPECT_THAT(plain.columns_in_order, ElementsAre("age_years", "gout_confirmed"));
  EXPECT_EQ(plain.columns[1].position, 1);
}

TEST(DiseaseFile, TheOutcomeSaysHowItIsTold) {
  const OutcomeDefinition outcome = load_text(small_disease()).take_value().outcome;
  EXPECT_THAT(outcome.present_words, ElementsAre("1", "yes", "आहे"));
  EXPECT_THAT(outcome.absent_words, ElementsAre("0", "no"));
  EXPECT_EQ(outcome.horizon_days, 90);
  EXPECT_EQ(outcome.maturity_days, 14);
  ASSERT_THAT(outcome.reference_standards, SizeIs(2));
  EXPECT_EQ(outcome.reference_standards[0].source, "laboratory");
  EXPECT_TRUE(outcome.reference_standards[0].trains);
  EXPECT_FALSE(outcome.reference_standards[1].trains);
}

TEST(DiseaseFile, AnImportKnowsTheFieldsOfAnotherForm) {
  const DiseaseFile gout = load_text(small_disease()).take_value();
  const ImportedForm& form = gout.imports.at(0);
  EXPECT_EQ(form.type, "Gout Check");
  ASSERT_NE(form.find("AGE"), nullptr);
  EXPECT_EQ(form.find("AGE")->predictor, 0);
  EXPECT_EQ(form.find("which_joint")->predictor, 3);
  EXPECT_THAT(form.find("which_joint")->missing, ElementsAre("none"));
  EXPECT_EQ(form.find("Shoe Size")->predictor, -1);
  EXPECT_EQ(form.find("urate_mg_per_dl")->predictor, 1) << "our own names need not be written";
  EXPECT_EQ(form.find("weight"), nullptr);
}

TEST(DiseaseFile, TheCanonicalAdapterIsThereWithoutBeingWritten) {
  const DiseaseFile gout = load_text(small_disease()).take_value();
  const Adapter& canonical = gout.adapters.back();
  EXPECT_EQ(canonical.id, kCanonicalAdapter);
  EXPECT_THAT(canonical.columns_in_order,
              ElementsAre("person", "age_years", "urate_mg_per_dl", "urate_low_mg_per_dl", "joint",
                          "gout_confirmed", "weight", "year", "contributor", "new", "served_risk"));
  EXPECT_TRUE(canonical.columns[0].optional);
  EXPECT_FALSE(canonical.columns[1].optional);
  EXPECT_TRUE(canonical.columns[3].optional) << "not in the model";
  EXPECT_EQ(canonical.columns[4].code_map.at("knee"), 2);
  EXPECT_EQ(canonical.columns[4].code_map.at("2"), 2);
}

TEST(DiseaseFile, TheSyntheticTableIsHandedOnAsText) {
  const DiseaseFile gout = load_text(small_disease()).take_value();
  EXPECT_THAT(gout.synthetic_toml, HasSubstr("rows = 500"));
  EXPECT_THAT(gout.synthetic_toml, HasSubstr("share = 0.25"));
  const std::string none = with(small_disease(), "[synthetic]\nrows = 500\nshare = 0.25\n", "");
  EXPECT_EQ(load_text(none).value().synthetic_toml, "");
}

TEST(DiseaseFile, TheShippedFolderLoadsInOrderOfName) {
  const auto loaded = load_disease_folder(disease_folder());
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  std::vector<std::string> ids;
  for (const DiseaseFile& disease : loaded.value()) ids.push_back(disease.id);
  EXPECT_THAT(ids, testing::IsSupersetOf({"diabetes", "heart", "parkinsons"}));
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
}

TEST(DiseaseFile, AFolderWithTheSameDiseaseTwiceOrNoneIsRefused) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "relearn_twice";
  std::filesystem::remove_all(folder);
  EXPECT_EQ(load_disease_folder(folder).error().kind, ErrorKind::NotFound);
  std::filesystem::create_directories(folder);
  EXPECT_EQ(load_disease_folder(folder).error().kind, ErrorKind::NotFound);
  ASSERT_TRUE(write_file_atomically(folder / "a.toml", small_disease()).ok());
  ASSERT_TRUE(write_file_atomically(folder / "b.toml", small_disease()).ok());
  EXPECT_EQ(load_disease_folder(folder).error().message,
            "b.toml: has the id or the model file of disease \"gout\"");
  std::filesystem::remove_all(folder);
}

// Claims of the project about its own three files.
TEST(DiseaseFile, ShippedDiseasesKeepTheirModelFilesAndUseNoVerifiedCodeUnchecked) {
  EXPECT_EQ(shipped("heart").model_file_name, "heart_disease_model.sav");
  EXPECT_EQ(shipped("diabetes").model_file_name, "diabetes_model.sav");
  EXPECT_EQ(shipped("parkinsons").model_file_name, "parkinsons_model.sav");
  EXPECT_TRUE(shipped("parkinsons").repeated_measures);
  EXPECT_EQ(shipped("heart").model_inputs().size(), 13u);
  EXPECT_EQ(shipped("diabetes").model_inputs().size(), 6u);
  EXPECT_EQ(shipped("parkinsons").model_inputs().size(), 20u);
}

TEST(DiseaseFile, MarathiIsWrittenInDevanagari) {
  for (const std::string id : {"heart", "diabetes", "parkinsons"}) {
    for (const Predictor& predictor : shipped(id).predictors) {
      for (const Text& text : {predictor.label, predictor.help}) {
        // Devanagari is U+0900 to U+097F: 0xE0 0xA4.. or 0xE0 0xA5.. in UTF-8.
        EXPECT_TRUE(text.at("mr").find("\xE0\xA4") != std::string::npos) << predictor.id;
        EXPECT_TRUE(text.at("en").find("\xE0\xA4") == std::string::npos) << predictor.id;
      }
    }
  }
}

}  // namespace
}  // namespace relearn
