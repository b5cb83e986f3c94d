// The disease files against the public files that they describe. The counts are those that the
// origins publish or that were counted by hand; none of these rows is out of the limits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <regex>
#include <set>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "clinical/record_check.h"
#include "disease_text.h"

namespace relearn {
namespace {

using Counts = std::map<std::string, std::size_t>;
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

std::filesystem::path shared_data() {
  const char* folder = std::getenv("RELEARN_SHARED_DATA");
  return folder != nullptr ? folder : RELEARN_SHARED_DATA_DEFAULT;
}

struct Tally {
  std::size_t rows = 0, ill = 0, quarantined = 0;
  std::set<std::string> persons;
  Counts missing;  // by predictor
  Counts reasons;  // of findings
};

/// A cell of a file of numbers.
double canonical(const AdapterColumn& column, std::string_view cell) {
  const double number = parse_number(cell).value_or(kMissing);
  for (const std::string& code : column.missing_codes) {
    if (cell == code || parse_number(code) == number) return kMissing;
  }
  for (const auto& [code, value] : column.code_map) {
    if (parse_number(code) == number) return value;
  }
  return number;
}

void count_row(const DiseaseFile& disease, const Adapter& adapter,
               const std::vector<std::string_view>& cells, Tally& tally) {
  std::vector<double> values(disease.predictors.size(), kMissing);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (adapter.columns.at(i).predictor < 0) continue;
    const auto predictor = static_cast<std::size_t>(adapter.columns[i].predictor);
    values[predictor] = canonical(adapter.columns[i], cells[i]);
    if (std::isnan(values[predictor])) ++tally.missing[disease.predictors[predictor].id];
  }
  std::vector<Finding> findings;
  check_record(disease, values, findings);
  for (const Finding& finding : findings) ++tally.reasons[finding.reason];
  ++tally.rows;
  tally.quarantined += is_quarantined(findings) ? 1 : 0;
  const std::string outcome(cells[static_cast<std::size_t>(adapter.outcome_column)]);
  tally.ill += adapter.outcome_codes.at(outcome) == 1 ? 1 : 0;
  if (adapter.person_column >= 0) {
    const std::string name(cells[static_cast<std::size_t>(adapter.person_column)]);
    std::smatch match;
    if (std::regex_match(name, match, std::regex(adapter.person_pattern))) {
      tally.persons.insert(match[1]);
    }
  }
}

Tally tally(const DiseaseFile& disease, std::string_view adapter_id, std::string_view text) {
  const auto adapter = std::find_if(disease.adapters.begin(), disease.adapters.end(),
                                    [&](const Adapter& each) { return each.id == adapter_id; });
  if (adapter == disease.adapters.end()) throw std::logic_error("no such adapter");
  Tally tally;
  bool in_header = adapter->header;
  for (const std::string_view line : split(text, '\n')) {
    if (trim(line).empty() || std::exchange(in_header, false)) continue;
    count_row(disease, *adapter, split(trim(line), ','), tally);
  }
  return tally;
}

class RealData : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(shared_data())) {
      GTEST_SKIP() << "the public data are not in " << shared_data()
                   << "; set RELEARN_SHARED_DATA to their folder";
    }
  }
  std::string bytes(std::string_view name) {
    return read_file(shared_data() / name, 1 << 20).take_value();
  }
};

TEST_F(RealData, ClevelandAndBudapestReadAsTheirOriginSays) {
  const DiseaseFile heart = shipped("heart");
  const Tally cleveland = tally(heart, "uci-processed", bytes("heart/processed.cleveland.data"));
  EXPECT_EQ(cleveland.rows, 303u);
  EXPECT_EQ(cleveland.ill, 139u);
  EXPECT_EQ(cleveland.quarantined, 0u);
  EXPECT_EQ(cleveland.missing, (Counts{{"major_vessels", 4}, {"thallium_scan", 2}}));
  const Tally budapest = tally(heart, "uci-processed", bytes("heart/processed.hungarian.data"));
  EXPECT_EQ(budapest.rows, 294u);
  EXPECT_EQ(budapest.ill, 106u);
  EXPECT_EQ(budapest.quarantined, 0u);
  EXPECT_EQ(budapest.missing, (Counts{{"resting_systolic_bp_mmhg", 1},
                                      {"total_cholesterol_mg_per_dl", 23},
                                      {"fasting_glucose_above_120_mg_per_dl", 8},
                                      {"resting_ecg", 1},
                                      {"maximum_heart_rate_per_min", 1},
                                      {"exercise_angina", 1},
                                      {"st_slope", 190},
                                      {"major_vessels", 291},
                                      {"thallium_scan", 266}}));
}

TEST_F(RealData, TheInvertedCopyHasTheIllOfClevelandThroughItsAdapter) {
  const Tally copy = tally(shipped("heart"), "web-heart-csv", bytes("heart/heart.csv"));
  EXPECT_EQ(copy.rows, 303u);
  EXPECT_EQ(copy.ill, 138u);
  EXPECT_EQ(copy.quarantined, 0u);
  EXPECT_EQ(copy.missing, (Counts{{"major_vessels", 5}, {"thallium_scan", 2}}));
}

TEST_F(RealData, ZerosThatWereNotMeasuredAreMissing) {
  const DiseaseFile diabetes = shipped("diabetes");
  const Counts zeros = {{"glucose_2h_mg_per_dl", 5},
                        {"diastolic_bp_mmhg", 35},
                        {"triceps_skinfold_mm", 227},
                        {"insulin_2h_uiu_per_ml", 374},
                        {"bmi_kg_per_m2", 11}};
  for (const auto& [adapter, file] :
       {std::pair{"pima-without-header", "diabetes/pima-indians-diabetes.data"},
        std::pair{"pima-with-header", "diabetes/diabetes.csv"}}) {
    const Tally pima = tally(diabetes, adapter, bytes(file));
    EXPECT_EQ(pima.rows, 768u);
    EXPECT_EQ(pima.ill, 268u);
    EXPECT_EQ(pima.quarantined, 0u) << testing::PrintToString(pima.reasons);
    EXPECT_EQ(pima.missing, zeros);
  }
}

TEST_F(RealData, VoiceRecordingsAreThirtyTwoPeopleAndKeepEveryRule) {
  const Tally voices =
      tally(shipped("parkinsons"), "oxford-voice", bytes("parkinsons/parkinsons.data"));
  EXPECT_EQ(voices.rows, 195u);
  EXPECT_EQ(voices.ill, 147u);
  EXPECT_EQ(voices.quarantined, 0u);
  EXPECT_EQ(voices.persons.size(), 32u);
  EXPECT_TRUE(voices.missing.empty());
  for (const auto& [reason, count] : voices.reasons) {
    EXPECT_THAT(reason, testing::Not(testing::HasSubstr("rule"))) << count << " recordings";
  }
}

TEST_F(RealData, AShiftedColumnBreaksTheDependenciesOfNearlyEveryRecording) {
  const DiseaseFile disease = shipped("parkinsons");
  const std::string text = bytes("parkinsons/parkinsons.data");
  std::string shifted;
  std::string rap_before;
  for (const std::string_view line : split(text, '\n')) {
    auto cells = split(trim(line), ',');
    if (cells.size() < 24) continue;
    const std::string rap(cells[6]);
    if (!rap_before.empty() && rap_before.find("RAP") == std::string::npos) cells[6] = rap_before;
    for (const std::string_view cell : cells) shifted += std::string(cell) + ",";
    shifted.back() = '\n';
    rap_before = rap;
  }
  const Tally voices = tally(disease, "oxford-voice", shifted);
  EXPECT_EQ(voices.rows, 195u);
  EXPECT_GT(voices.quarantined, 180u);
}

TEST_F(RealData, DownloadsSayTheDigestAndSizeOfTheirFiles) {
  std::size_t compared = 0;
  for (const std::string id : {"heart", "diabetes", "parkinsons"}) {
    for (const Download& download : shipped(id).downloads) {
      const std::string file = bytes(id + "/" + download.file_name);
      EXPECT_EQ(sha256(file), download.sha256) << download.file_name;
      EXPECT_EQ(file.size(), download.bytes) << download.file_name;
      ++compared;
    }
  }
  EXPECT_EQ(compared, 4u);
}

}  // namespace
}  // namespace relearn
