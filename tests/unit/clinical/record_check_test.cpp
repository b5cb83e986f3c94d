#include "clinical/record_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/random.h"
#include "disease_text.h"

namespace relearn {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// "reason: message" of each finding, quarantines with a leading "!".
std::vector<std::string> found(const DiseaseFile& disease, std::vector<double> values) {
  std::vector<Finding> findings;
  check_record(disease, values, findings);
  std::vector<std::string> texts;
  for (const Finding& finding : findings) {
    texts.push_back((finding.severity == Finding::Severity::Quarantine ? "!" : "") +
                    finding.reason + ": " + finding.message);
  }
  EXPECT_EQ(is_quarantined(findings), std::any_of(texts.begin(), texts.end(), [](const auto& text) {
              return text.starts_with('!');
            }));
  return texts;
}

/// The value as text, or the refusal.
std::string read(const Predictor& predictor, std::string_view text) {
  const auto value = parse_value(predictor, text);
  return value.ok() ? predictor.describe(value.value()) : "refused: " + value.error().message;
}

class Gout : public testing::Test {
 protected:
  // age_years, urate_mg_per_dl, urate_low_mg_per_dl, joint
  const DiseaseFile gout_ = load_text(small_disease()).take_value();
  const Predictor& age_ = gout_.predictors[0];
  const Predictor& urate_ = gout_.predictors[1];
  const Predictor& joint_ = gout_.predictors[3];
};

TEST_F(Gout, AnOrdinaryRecordHasNothingToFind) {
  EXPECT_THAT(found(gout_, {50, 6, 5, 1}), testing::IsEmpty());
  EXPECT_THAT(found(gout_, {50, kMissing, kMissing, kMissing}), testing::IsEmpty());
}

TEST_F(Gout, EachKindOfWrongValueIsFound) {
  struct {
    std::vector<double> values;
    std::string_view finding;
  } rows[] = {
      {{17, 6, 5, 1},
       "!below hard limit: age_years: 17 is below 18 years, the lowest value that can be"},
      {{121, 6, 5, 1},
       "!above hard limit: age_years: 121 is above 120 years, the highest value that can be"},
      {{85, 6, 5, 1},
       "above soft limit: age_years: 85 is above 80 years, unlike the people the models learn "
       "from"},
      {{20, 6, 5, 1},
       "below soft limit: age_years: 20 is below 30 years, unlike the people the models learn "
       "from"},
      {{50.5, 6, 5, 1}, "!not a whole number: age_years: 50.5 is not a whole number"},
      {{kMissing, 6, 5, 1}, "!missing: age_years: is missing, and may not be"},
      {{50, 380, 5, 1}, "!unit trap: urate_mg_per_dl: 380 is above 30 mg/dL; is it in µmol/L?"},
      {{50, 30.5, 5, 1},
       "!above hard limit: urate_mg_per_dl: 30.5 is above 30 mg/dL, the highest value that can be"},
      {{50, kInfinity, 5, 1}, "!not finite: urate_mg_per_dl: inf is not a finite number"},
      {{50, 6, 5, 3}, "!unknown code: joint: 3 is not one of toe (1), knee (2)"},
      {{50, 6, 5, 1.5}, "!unknown code: joint: 1.5 is not one of toe (1), knee (2)"},
      {{50, 6, 7, 1},
       "!rule: urate_low_mg_per_dl <= urate_mg_per_dl: the lowest value is above the usual one "
       "(expected: urate_low_mg_per_dl <= urate_mg_per_dl)"},
  };
  for (const auto& [values, finding] : rows) {
    EXPECT_THAT(found(gout_, values), testing::ElementsAre(finding));
  }
}

TEST_F(Gout, LimitsThemselvesAreAllowed) {
  EXPECT_THAT(found(gout_, {30, 30, 0.5, 2}), testing::IsEmpty());
  EXPECT_THAT(found(gout_, {80, 0.5, 0.5, 2}), testing::IsEmpty());
}

TEST_F(Gout, ValuesAreReadAsPeopleWriteThem) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"6.5", "6.5 mg/dL"},
      {" 6.5 mg/dl ", "6.5 mg/dL"},
      {"6.5mg/dL", "6.5 mg/dL"},
      {"+6.5", "6.5 mg/dL"},
      {".7", "0.7 mg/dL"},
      {"65e-1", "6.5 mg/dL"},
      {"400 umol/L", "6.724 mg/dL"},
      {"400 µmol/l", "6.724 mg/dL"},
      {"", "missing"},
      {"  ", "missing"},
      {"?", "missing"},
      {"Unknown", "missing"},
      {"missing", "missing"},
      {"6,5", "refused: urate_mg_per_dl: \"6,5\" has a comma; write decimals with a point"},
      {"six", "refused: urate_mg_per_dl: \"six\" is not a number"},
      {"nan", "refused: urate_mg_per_dl: \"nan\" is not a number"},
      {"inf", "refused: urate_mg_per_dl: \"inf\" is not a number"},
      {"1e999", "refused: urate_mg_per_dl: \"1e999\" is not a number"},
      {"-", "refused: urate_mg_per_dl: \"-\" is not a number"},
      {"0x10", "refused: urate_mg_per_dl: unit \"x10\" is not known; known: mg/dL, µmol/L"},
      {"6.5 mmol/L",
       "refused: urate_mg_per_dl: unit \"mmol/L\" is not known; known: mg/dL, µmol/L"},
      {"380", "refused: urate_mg_per_dl: 380 is above 30 mg/dL; is it in µmol/L?"},
      {"6.5 umol/L", "refused: urate_mg_per_dl: 6.5 umol/L is below 0.5 mg/dL; is it in mg/dL?"},
      {"0", "refused: urate_mg_per_dl: 0 is below 0.5 mg/dL, the lowest value that can be"},
  };
  for (const auto& [given, becomes] : rows) EXPECT_EQ(read(urate_, given), becomes) << given;
  EXPECT_EQ(read(age_, "50.5"), "refused: age_years: 50.5 is not a whole number");
  EXPECT_EQ(read(age_, "63.0 years"), "63 years");
}

TEST_F(Gout, CodesAreReadByNumberWordAliasAndLabel) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"1", "toe"},
      {"2.0", "knee"},
      {"toe", "toe"},
      {"TOE", "toe"},
      {"big toe", "toe"},
      {"Big-Toe", "toe"},
      {"गुडघा", "knee"},
      {"?", "missing"},
      {"3", "refused: joint: \"3\" is not one of toe (1), knee (2)"},
      {"elbow", "refused: joint: \"elbow\" is not one of toe (1), knee (2)"}};
  for (const auto& [given, becomes] : rows) EXPECT_EQ(read(joint_, given), becomes) << given;
}

TEST_F(Gout, AMessageShowsNoMoreThanAPieceOfWhatWasGiven) {
  const auto refused = parse_value(joint_, "line\nbreak \x1b[31m" + std::string(1000, 'x'));
  ASSERT_FALSE(refused.ok());
  EXPECT_LT(refused.error().message.size(), 120u);
  EXPECT_EQ(refused.error().message.find('\n'), std::string::npos);
  EXPECT_EQ(refused.error().message.find('\x1b'), std::string::npos);
}

TEST(ShippedDisease, EveryCodeIsReadBackFromItsWordAliasesAndLabels) {
  for (const std::string id : {"heart", "diabetes", "parkinsons"}) {
    for (const Predictor& predictor : shipped(id).predictors) {
      for (const Code& code : predictor.codes) {
        std::vector<std::string> spellings = code.aliases;
        spellings.push_back(code.word);
        for (const auto& [language, label] : code.label) spellings.push_back(label);
        for (const std::string& spelling : spellings) {
          const auto value = parse_value(predictor, spelling);
          ASSERT_TRUE(value.ok()) << value.error().message;
          EXPECT_EQ(value.value(), code.value) << predictor.id << " " << spelling;
        }
      }
    }
  }
}

// What a unit trap names must be accepted when it is then written.
TEST(ShippedDisease, EveryUnitTrapLeadsToAUnitThatMakesTheValuePossible) {
  std::size_t traps = 0;
  for (const std::string id : {"heart", "diabetes", "parkinsons"}) {
    for (const Predictor& predictor : shipped(id).predictors) {
      for (const UnitTrap& trap : predictor.unit_traps) {
        const double middle = std::sqrt(trap.low * trap.high);
        const std::string number = std::to_string(middle);
        EXPECT_THAT(read(predictor, number), testing::EndsWith("?")) << predictor.id;
        EXPECT_THAT(read(predictor, number + " " + trap.likely_unit),
                    testing::Not(testing::HasSubstr("refused")))
            << predictor.id;
        ++traps;
      }
    }
  }
  EXPECT_GE(traps, 15u);
}

TEST(ShippedDisease, AnyTextIsReadOrRefusedWithOneLine) {
  Random random(derive_seed(1, "any text"));
  constexpr std::string_view kAlphabet = "0123456789.,+-eE mgdLolµ/[]{}%?\n\t\"\xff<>nainf";
  const DiseaseFile heart = shipped("heart");
  std::size_t read_as_value = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (auto length = random.below(9); length > 0; --length) {
      text += kAlphabet[random.below(kAlphabet.size())];
    }
    const Predictor& predictor = heart.predictors[random.below(heart.predictors.size())];
    const auto value = parse_value(predictor, text);
    if (!value.ok()) {
      EXPECT_EQ(value.error().message.find('\n'), std::string::npos);
      EXPECT_EQ(value.error().message.rfind(predictor.id, 0), 0u);
    } else if (!std::isnan(value.value())) {
      EXPECT_TRUE(predictor.hard.contains(value.value())) << predictor.id << " " << text;
      ++read_as_value;
    }
  }
  EXPECT_GT(read_as_value, 100u);
}

}  // namespace
}  // namespace relearn
