// The real public files, exactly as they are. Expected counts: the descriptions that their origins
// publish, and counts by hand.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "cohort_testing.h"
#include "learning/cohort/assemble.h"

namespace relearn {
namespace {

SourceReading read_real(const DiseaseFile& disease, const char* file) {
  const CancelToken cancel;
  auto reading = read_source(disease, real_data() / file, "", cancel);
  EXPECT_TRUE(reading.ok()) << reading.error().message;
  return reading.ok() ? reading.take_value() : SourceReading{};
}

/// "major_vessels 4, thallium_scan 2"
std::string missing_of(const DiseaseFile& disease, const SourceReading& reading) {
  std::string text;
  for (std::size_t j = 0; j < disease.predictors.size(); ++j) {
    const std::size_t missing = reading.missing(j);
    if (missing == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", disease.predictors[j].id, missing);
  }
  return text;
}

std::string counts_of(const SourceReading& reading) {
  return fmt::format("{}: {} rows, {} accepted, {} duplicates, {} quarantined, {} people, {} ill",
                     reading.adapter, reading.counts.rows, reading.counts.accepted,
                     reading.counts.duplicates, reading.counts.quarantined, reading.counts.persons,
                     std::count(reading.outcomes.begin(), reading.outcomes.end(), 1));
}

TEST(RealFiles, ClevelandIsReadAsItsOriginDescribesIt) {
  RELEARN_NEEDS_REAL_DATA();
  const DiseaseFile heart = disease_named("heart");
  const SourceReading reading = read_real(heart, "heart/processed.cleveland.data");
  EXPECT_EQ(
      counts_of(reading),
      "uci-processed: 303 rows, 303 accepted, 0 duplicates, 0 quarantined, 303 people, 139 ill");
  EXPECT_EQ(missing_of(heart, reading), "major_vessels 4, thallium_scan 2");
  EXPECT_EQ(reading.source, "cleveland");
  EXPECT_EQ(reading.polarity.verdict, PolarityReport::Verdict::Passed);
}

TEST(RealFiles, HungaryHasOneRowTwice) {
  RELEARN_NEEDS_REAL_DATA();
  const DiseaseFile heart = disease_named("heart");
  const SourceReading reading = read_real(heart, "heart/processed.hungarian.data");
  EXPECT_EQ(
      counts_of(reading),
      "uci-processed: 294 rows, 293 accepted, 1 duplicates, 1 quarantined, 293 people, 106 ill");
  // One less each where the repeated row lacks a value: cholesterol, slope, vessels, thallium.
  EXPECT_EQ(missing_of(heart, reading),
            "resting_systolic_bp_mmhg 1, total_cholesterol_mg_per_dl 22, "
            "fasting_glucose_above_120_mg_per_dl 8, resting_ecg 1, maximum_heart_rate_per_min 1, "
            "exercise_angina 1, st_slope 189, major_vessels 290, thallium_scan 265");
  ASSERT_EQ(reading.quarantined.size(), 1u);
  EXPECT_EQ(reading.quarantined[0].line, 103u);
  EXPECT_EQ(reading.quarantined[0].text, "49,0,2,110,?,0,0,160,0,0,?,?,?,0");
  EXPECT_EQ(reading.quarantined[0].reasons[0], "says exactly the same as line 102");
}

/// Everything but the two columns in which heart.csv and Cleveland lack different cells.
std::map<std::string, std::vector<std::size_t>> rows_by_key(const DiseaseFile& heart,
                                                            const SourceReading& reading) {
  std::map<std::string, std::vector<std::size_t>> rows;
  for (std::size_t i = 0; i < reading.rows(); ++i) {
    std::string key = std::to_string(reading.outcomes[i]);
    for (std::size_t j = 0; j < heart.predictors.size(); ++j) {
      const std::string& id = heart.predictors[j].id;
      if (id != "major_vessels" && id != "thallium_scan") {
        key += fmt::format(" {}", reading.columns[j][i]);
      }
    }
    rows[key].push_back(i);
  }
  return rows;
}

TEST(RealFiles, HeartCsvThroughItsAdapterIsClevelandWithinMissingCells) {
  RELEARN_NEEDS_REAL_DATA();
  const DiseaseFile heart = disease_named("heart");
  const SourceReading web = read_real(heart, "heart/heart.csv");
  const SourceReading cleveland = read_real(heart, "heart/processed.cleveland.data");
  EXPECT_EQ(
      counts_of(web),
      "web-heart-csv: 303 rows, 302 accepted, 1 duplicates, 1 quarantined, 302 people, 138 ill");
  const auto known = rows_by_key(heart, cleveland);
  std::size_t cells_filled_in = 0;
  for (const auto& [key, rows] : rows_by_key(heart, web)) {
    ASSERT_EQ(rows.size(), 1u) << key;
    ASSERT_TRUE(known.contains(key)) << "line " << web.lines[rows[0]];
    for (const char* id : {"major_vessels", "thallium_scan"}) {
      const auto j = static_cast<std::size_t>(heart.find(id));
      const float a = web.columns[j][rows[0]];
      const float b = cleveland.columns[j][known.at(key)[0]];
      if (std::isnan(a) != std::isnan(b)) {
        ++cells_filled_in;
      } else if (!std::isnan(a)) {
        EXPECT_EQ(a, b) << id << " in line " << web.lines[rows[0]];
      }
    }
  }
  EXPECT_EQ(cells_filled_in, 0u);
}

TEST(RealFiles, PimaZerosAreMissingAndBothFilesSayTheSame) {
  RELEARN_NEEDS_REAL_DATA();
  const DiseaseFile diabetes = disease_named("diabetes");
  const SourceReading plain = read_real(diabetes, "diabetes/pima-indians-diabetes.data");
  const SourceReading headed = read_real(diabetes, "diabetes/diabetes.csv");
  EXPECT_EQ(missing_of(diabetes, plain),
            "glucose_2h_mg_per_dl 5, diastolic_bp_mmhg 35, triceps_skinfold_mm 227, "
            "insulin_2h_uiu_per_ml 374, bmi_kg_per_m2 11");
  EXPECT_EQ(counts_of(plain),
            "pima-without-header: 768 rows, 768 accepted, 0 duplicates, 0 quarantined, 768 people, "
            "268 ill");
  EXPECT_EQ(
      counts_of(headed),
      "pima-with-header: 768 rows, 768 accepted, 0 duplicates, 0 quarantined, 768 people, 268 "
      "ill");
  ASSERT_EQ(plain.columns.size(), headed.columns.size());
  for (std::size_t j = 0; j < plain.columns.size(); ++j) {
    for (std::size_t i = 0; i < plain.rows(); ++i) {
      const float a = plain.columns[j][i], b = headed.columns[j][i];
      ASSERT_TRUE(a == b || (std::isnan(a) && std::isnan(b))) << i << " " << j;
    }
  }
}

TEST(RealFiles, ParkinsonsRecordingsAreThirtyTwoPeople) {
  RELEARN_NEEDS_REAL_DATA();
  const DiseaseFile parkinsons = disease_named("parkinsons");
  SourceReading reading = read_real(parkinsons, "parkinsons/parkinsons.data");
  EXPECT_EQ(
      counts_of(reading),
      "oxford-voice: 195 rows, 195 accepted, 0 duplicates, 0 quarantined, 32 people, 147 ill");
  EXPECT_EQ(missing_of(parkinsons, reading), "");
  std::map<std::uint32_t, int> recordings;
  for (const std::uint32_t person : reading.persons) ++recordings[person];
  EXPECT_EQ(std::count_if(recordings.begin(), recordings.end(),
                          [](const auto& each) { return each.second == 7; }),
            3);

  std::vector<SourceReading> readings;
  readings.push_back(std::move(reading));
  const auto assembly = assemble(parkinsons, std::move(readings));
  ASSERT_TRUE(assembly.ok()) << assembly.error().message;
  const Cohort people = mean_per_person(assembly.value().cohort);
  EXPECT_EQ(people.rows(), 32u);
  EXPECT_EQ(std::count(people.outcomes.begin(), people.outcomes.end(), 1), 24);
  EXPECT_EQ(people.columns.size(), 20u);
}

TEST(RealFiles, ClevelandAndHeartCsvTogetherAreTheSamePeopleTwice) {
  RELEARN_NEEDS_REAL_DATA();
  const DiseaseFile heart = disease_named("heart");
  std::vector<SourceReading> readings;
  readings.push_back(read_real(heart, "heart/processed.cleveland.data"));
  readings.push_back(read_real(heart, "heart/processed.hungarian.data"));
  readings.push_back(read_real(heart, "heart/heart.csv"));
  const auto assembly = assemble(heart, std::move(readings));
  ASSERT_FALSE(assembly.ok());
  EXPECT_NE(assembly.error().message.find("302 of 302 rows are also in"), std::string::npos)
      << assembly.error().message;
}

TEST(RealFiles, TwoHospitalsBecomeOneCohort) {
  RELEARN_NEEDS_REAL_DATA();
  const DiseaseFile heart = disease_named("heart");
  std::vector<SourceReading> readings;
  readings.push_back(read_real(heart, "heart/processed.cleveland.data"));
  readings.push_back(read_real(heart, "heart/processed.hungarian.data"));
  const auto assembly = assemble(heart, readings);
  ASSERT_TRUE(assembly.ok()) << assembly.error().message;
  const Cohort& cohort = assembly.value().cohort;
  EXPECT_EQ(cohort.rows(), 596u);
  EXPECT_EQ(cohort.source_names, (std::vector<std::string>{"cleveland", "hungarian"}));
  EXPECT_EQ(cohort.persons.back(), 595u);
  EXPECT_EQ(cohort.column(0)[303], 28);  // the first Hungarian's age
  EXPECT_EQ(cohort.digest, cohort_digest(cohort));
  EXPECT_TRUE(assembly.value().warnings.empty());
}

TEST(RealFiles, HeartCsvTakenAsIfOneMeantIllIsRefusedByThePolarityGate) {
  RELEARN_NEEDS_REAL_DATA();
  DiseaseFile heart = disease_named("heart");
  for (Adapter& adapter : heart.adapters) {
    if (adapter.id == "web-heart-csv") adapter.outcome_codes = {{"0", 0}, {"1", 1}};
  }
  const CancelToken cancel;
  const auto reading =
      read_source(heart, real_data() / "heart" / "heart.csv", "web-heart-csv", cancel);
  ASSERT_FALSE(reading.ok());
  EXPECT_NE(reading.error().message.find("is the outcome coded the other way round (1 = healthy)?"),
            std::string::npos)
      << reading.error().message;
  EXPECT_NE(reading.error().message.find("high exercise_angina (z -8.1)"), std::string::npos)
      << reading.error().message;
}

TEST(RealFiles, HeartCsvUnderTheUciAdapterIsRefusedByItsColumns) {
  RELEARN_NEEDS_REAL_DATA();
  const CancelToken cancel;
  const auto reading = read_source(disease_named("heart"), real_data() / "heart" / "heart.csv",
                                   "uci-processed", cancel);
  ASSERT_FALSE(reading.ok());
  EXPECT_NE(reading.error().message.find(
                "it looks like 'web-heart-csv' (its target = 1 means no disease)"),
            std::string::npos)
      << reading.error().message;
}

}  // namespace
}  // namespace relearn
