#include "privacy/residual_scan.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "clinical/record_check.h"
#include "honest_people.h"

namespace relearn {
namespace {

const Predictor& predictor(const DiseaseFile& disease, std::string_view id) {
  return disease.predictors[static_cast<std::size_t>(disease.find(id))];
}

std::string reason(const Predictor& of, std::string_view text) {
  return residual_identifier(of, text).value_or("passes");
}

TEST(ResidualScan, NamesWhatItFinds) {
  const DiseaseFile heart = shipped("heart");
  const Predictor& cholesterol = predictor(heart, "total_cholesterol_mg_per_dl");
  const std::pair<const char*, const char*> kTexts[] = {
      {"maria@example.org", "e-mail address"},
      {"233 (maria.g@example.co.in)", "e-mail address"},
      {"https://example.org/p/17", "web address"},
      {"www.example.org", "web address"},
      {"123-45-6789", "social security number"},
      {"123 45 6789", "social security number"},
      {"१२३-४५-६७८९", "social security number"},
      {"415-555-0134", "telephone number"},
      {"(415) 555-0134", "telephone number"},
      {"+91 98765 43210", "telephone number"},
      {"98765 43210", "telephone number"},
      {"९८७६५ ४३२१०", "telephone number"},
      {"415.555.0134", "telephone number"},
      {"555-0134", "telephone number"},
      {"daughter Ana, 415-555-0134", "telephone number"},
      {"fax 415-555-0134", "fax number"},
      {"फोन ५५५", "telephone number"},
      {"00482913", "long digit run"},
      {"4155550134", "long digit run"},
      {"+4155550134", "long digit run"},
      {"९८७६५४३२१०", "long digit run"},
      {"９８７６５４３２１０", "long digit run"},
      {"233.4155550134", "long digit run"},
      {"0.4155550134", "long digit run"},
      {"MRN 00482913", "long digit run"},
      {"192.168.12.7", "IP address"},
      {"2001:db8:85a3:8d3:1319:8a2e:370:7348", "IP address"},
      {"fe80::8a2e", "IP address"},
      {"1931-04-02", "date"},
      {"2.4.1931", "date"},
      {"04/02/31", "date"},
      {"२-४-१९३१", "date"},
      {"2 April 1931", "date"},
      {"Apr 2, 1931", "date"},
      {"२ एप्रिल १९३१", "date"},
      {"10:20", "date"},
      {"550e8400-e29b-41d4-a716-446655440000", "GUID"},
      {"UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgA", "encoded data"},
      {"MH 12 AB 1234", "vehicle plate"},
      {"7ABC123", "vehicle plate"},
      {"SN 4481-AX", "device serial number"},
      {"00:1b:44:11:3a:b7", "device serial number"},
      {"AX4481ZV", "device serial number"},
      {"=1+1", "formula"},
      {"@sum", "formula"},
      {"-cmd", "formula"},
      {"Maria Gonzalez", "free text"},
      {"सुनीता पाटील", "free text"},
      {"233 Maria", "free text"},
      {"high", "free text"},
      {"12/13", "not a value of the predictor"},
      {"233,5", "not a value of the predictor"},
  };
  for (const auto& [text, expected] : kTexts) {
    EXPECT_EQ(reason(cholesterol, text), expected) << text;
    EXPECT_THAT(residual_reasons(), testing::Contains(expected));
  }
  EXPECT_EQ(reason(cholesterol, std::string(300, ' ') + "233" + std::string(300, 'a')),
            "encoded data");
  std::string words;
  while (words.size() < 300) words += "fine ";
  EXPECT_EQ(reason(cholesterol, words), "long text");
}

TEST(ResidualScan, PassesValuesWithUnitsWordsAndWhatMeansMissing) {
  const DiseaseFile heart = shipped("heart");
  const Predictor& cholesterol = predictor(heart, "total_cholesterol_mg_per_dl");
  for (const char* text : {"233", " 233 ", "233.5", "+233", ".5", "233 mg/dL", "6.03 mmol/L", "",
                           "?", "missing", "Unknown", "233.00000000", "2.33e2"}) {
    EXPECT_EQ(reason(cholesterol, text), "passes") << text;
  }
  EXPECT_EQ(reason(predictor(heart, "sex"), "female"), "passes");
  EXPECT_EQ(reason(predictor(heart, "sex"), "स्त्री"), "passes");
  EXPECT_EQ(reason(predictor(heart, "sex"), "1"), "passes");
  EXPECT_EQ(reason(predictor(heart, "sex"), "Frieda"), "free text");
  EXPECT_EQ(reason(predictor(heart, "chest_pain_type"), "Typical angina"), "passes");
  EXPECT_EQ(reason(predictor(heart, "sex"), "0041555"), "long digit run");
}

TEST(ResidualScan, PassesWhatAUnitConversionMakes) {
  const DiseaseFile heart = shipped("heart");
  const Predictor& pressure = predictor(heart, "resting_systolic_bp_mmhg");
  EXPECT_EQ(reason(pressure, fmt::format("{}", 16.27 * 7.500617)), "passes");
  EXPECT_EQ(reason(pressure, "117.10400000000001"), "passes") << "117.104 as a computer adds it up";
  EXPECT_EQ(reason(pressure, "122.98765432"), "long digit run") << "no short number of kPa either";
}

/// Every number inside the hard limits, as precise as a stored one can be.
TEST(ResidualScan, NeverTripsOverAPossibleValueOfAnyPredictor) {
  std::size_t looked_at = 0;
  for (const char* id : {"heart", "diabetes", "parkinsons"}) {
    for (const Predictor& each : shipped(id).predictors) {
      for (const Code& code : each.codes) {
        EXPECT_EQ(reason(each, std::to_string(code.value)), "passes") << each.id;
        EXPECT_EQ(reason(each, code.word), "passes") << code.word;
        for (const std::string& alias : code.aliases) EXPECT_EQ(reason(each, alias), "passes");
        for (const auto& [language, label] : code.label) {
          EXPECT_EQ(reason(each, label), "passes") << label;
        }
      }
      if (each.is_coded()) continue;
      Random random(derive_seed(1, each.id));
      const double span = each.hard.high - each.hard.low;
      for (int i = 0; i < 20'000; ++i) {
        double value = each.hard.low + span * random.uniform();
        if (i % 2 == 1) value = each.hard.low + span * std::pow(random.uniform(), 8);  // small ones
        if (each.kind == PredictorKind::Integer) value = std::floor(value);
        const std::string text = field_text(value);
        ASSERT_EQ(reason(each, text), "passes") << each.id << " " << text;
        const auto read = parse_value(each, text);
        if (read.ok()) {
          EXPECT_EQ(field_text(read.value()), text) << "nothing is lost";
        }
        ++looked_at;
      }
      EXPECT_EQ(reason(each, field_text(each.hard.low)), "passes");
      EXPECT_EQ(reason(each, field_text(each.hard.high)), "passes");
    }
  }
  EXPECT_GT(looked_at, 600'000u);
}

TEST(ResidualScan, NeverTripsOverTheNumbersOfThePublicFiles) {
  const char* given = std::getenv("RELEARN_SHARED_DATA");
  const std::filesystem::path data = given != nullptr ? given : RELEARN_SHARED_DATA_DEFAULT;
  if (!std::filesystem::exists(data)) GTEST_SKIP() << "no folder of public data";
  const DiseaseFile heart = shipped("heart");
  const Predictor& any = predictor(heart, "total_cholesterol_mg_per_dl");
  std::size_t looked_at = 0;
  for (const char* file : {"heart/processed.cleveland.data", "heart/processed.hungarian.data",
                           "diabetes/pima-indians-diabetes.data", "parkinsons/parkinsons.data"}) {
    std::ifstream in(data / file);
    std::string line;
    while (std::getline(in, line)) {
      for (const std::string_view cell : split(line, ',')) {
        if (!parse_number(trim(cell))) continue;  // names, headers
        EXPECT_EQ(reason(any, cell), "passes") << cell;
        ++looked_at;
      }
    }
  }
  EXPECT_GT(looked_at, 15'000u);
}

TEST(FieldText, IsAsPreciseAsAModelSeesIt) {
  EXPECT_EQ(field_text(233), "233");
  EXPECT_EQ(field_text(4.813031), "4.813031");
  EXPECT_EQ(field_text(0.414783), "0.414783");
  EXPECT_EQ(field_text(72.5 / (1.75 * 1.75)), "23.67347");
  EXPECT_EQ(field_text(0.00007), "7e-05");
  EXPECT_EQ(field_text(-5.2), "-5.2");
  EXPECT_EQ(field_text(std::nan("")), "missing");
}

}  // namespace
}  // namespace relearn
