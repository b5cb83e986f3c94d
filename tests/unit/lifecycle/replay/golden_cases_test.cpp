#include "lifecycle/replay/golden_cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "unit/lifecycle/replay/made_model.h"

namespace relearn {
namespace {

using testing::HasSubstr;

TEST(GoldenCases, are_a_thousand_patients_of_every_disease_and_fit_the_file) {
  for (const DiseaseFile& disease :
       load_disease_folder(std::filesystem::path(RELEARN_SOURCE_DIR) / "diseases").take_value()) {
    const MadeModel made = made_model(disease);
    EXPECT_EQ(made.golden.cases.size(), kGoldenCases) << disease.id;
    EXPECT_LT(golden_text(made.golden).size(), kGoldenBytesMax) << disease.id;
    EXPECT_TRUE(check_golden_inputs(made.golden, disease).ok()) << disease.id;
  }
}

TEST(GoldenCases, fit_the_file_of_a_disease_with_many_inputs) {
  DiseaseFile disease = heart();
  const std::vector<Predictor> known = disease.predictors;
  for (int copy = 0; copy < 100; ++copy) {
    for (Predictor more : known) {
      more.id += "_" + std::to_string(copy);
      disease.predictors.push_back(more);
    }
  }
  const MadeModel made = made_model(disease);
  EXPECT_LT(golden_text(made.golden).size(), kGoldenBytesMax);
  EXPECT_GT(made.golden.cases.size(), 10u);
  EXPECT_TRUE(check_golden_inputs(made.golden, disease).ok());
}

TEST(GoldenCases, have_each_input_missing_at_each_code_and_at_each_limit) {
  const DiseaseFile disease = heart();
  const auto patients = golden_inputs(disease);
  const auto nobody_has = [&](std::size_t input, float value) {
    return std::ranges::none_of(patients, [&](const std::vector<float>& patient) {
      return patient[input] == value || (std::isnan(patient[input]) && std::isnan(value));
    });
  };
  std::size_t input = 0;
  for (const Predictor& predictor : disease.predictors) {
    if (!predictor.in_model) continue;
    EXPECT_FALSE(nobody_has(input, std::nanf(""))) << predictor.id;
    for (const Code& code : predictor.codes) {
      EXPECT_FALSE(nobody_has(input, static_cast<float>(code.value))) << predictor.id;
    }
    if (!predictor.is_coded()) {
      EXPECT_FALSE(nobody_has(input, static_cast<float>(predictor.hard.low))) << predictor.id;
      EXPECT_FALSE(nobody_has(input, static_cast<float>(predictor.hard.high))) << predictor.id;
    }
    ++input;
  }
  EXPECT_TRUE(nobody_has(0, -1.0F));
}

TEST(GoldenCases, are_the_same_bytes_each_time_and_come_back_as_they_were) {
  const MadeModel made = made_model(heart());
  const std::string text = golden_text(made.golden);
  EXPECT_EQ(text, golden_text(made_model(heart()).golden));
  const GoldenCases back = parse_golden(text).take_value();
  EXPECT_EQ(golden_text(back), text);
  ASSERT_EQ(back.cases.size(), made.golden.cases.size());
  for (std::size_t i = 0; i < back.cases.size(); ++i) {
    EXPECT_EQ(back.cases[i].risk, made.golden.cases[i].risk);
    EXPECT_EQ(back.cases[i].log_odds, made.model.log_odds(back.cases[i].inputs));
    EXPECT_EQ(back.cases[i].contributions, made.golden.cases[i].contributions);
  }
  EXPECT_EQ(back.cases[kGoldenCasesWithContributions - 1].contributions.size(),
            made.model.inputs.size());
  EXPECT_TRUE(back.cases[kGoldenCasesWithContributions].contributions.empty());
}

std::string why_refused(std::string_view text) {
  const auto golden = parse_golden(text);
  return golden.ok() ? "accepted" : golden.error().message;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

TEST(GoldenCases, are_read_only_as_this_program_writes_them) {
  const std::string text = golden_text(made_model(heart()).golden);
  EXPECT_EQ(why_refused(text), "accepted");
  EXPECT_THAT(why_refused(""), HasSubstr("no file of golden cases"));
  EXPECT_THAT(why_refused(text.substr(0, text.size() / 2)), HasSubstr("no file of golden cases"));
  EXPECT_THAT(why_refused(text + " "), HasSubstr("not written as this program writes"));
  EXPECT_THAT(why_refused(replaced(text, "\"format\": 1", "\"format\": 2")),
              HasSubstr("not written as"));
  EXPECT_THAT(why_refused(replaced(text, "\"risk\": \"3", "\"risk\": \"g")),
              HasSubstr("one number for each"));
  EXPECT_THAT(why_refused(replaced(text, "\"risk\": \"3", "\"risk\": \"")),
              HasSubstr("one number for each"));
  EXPECT_THAT(why_refused(replaced(text, " 7fc00000", "")), HasSubstr("one number for each"));
  EXPECT_THAT(why_refused(replaced(text, "7fc00000", "7fc00001")), HasSubstr("not written as"));
  EXPECT_THAT(why_refused(std::string(kGoldenBytesMax + 1, ' ')), HasSubstr("the limit is"));
}

TEST(GoldenCases, of_which_one_is_left_out_or_changed_are_noticed) {
  const DiseaseFile disease = heart();
  const GoldenCases whole = made_model(disease).golden;
  const auto why = [&](const GoldenCases& golden) {
    const auto checked = check_golden_inputs(golden, disease);
    return checked.ok() ? "whole" : checked.error().message;
  };
  EXPECT_EQ(why(whole), "whole");
  GoldenCases fewer = whole;
  fewer.cases.pop_back();
  EXPECT_THAT(why(fewer), HasSubstr("are 999 of 'heart', asked for were 1000"));
  GoldenCases other = whole;
  other.cases[16].inputs[0] += 1;
  EXPECT_THAT(why(other), HasSubstr("golden case 17 is the patient"));
  GoldenCases silent = whole;
  silent.cases[5].contributions.clear();
  EXPECT_THAT(why(silent), HasSubstr("99 golden cases have contributions, asked for were 100"));
}

}  // namespace
}  // namespace relearn
