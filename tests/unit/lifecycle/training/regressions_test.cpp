// The permanent regressions of clinical safety, on the real public data, from the file to the
// model. Skipped, and saying so, where the data are absent.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/file.h"
#include "base/text.h"
#include "learning/cohort/assemble.h"
#include "learning/cohort/baseline.h"
#include "learning/cohort/folds.h"
#include "learning/metrics/auroc.h"
#include "learning/search/search.h"
#include "lifecycle/training/bundle.h"
#include "lifecycle/training/training.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

class Regression : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("RELEARN_SHARED_DATA");
    data_ = folder != nullptr ? folder : RELEARN_SHARED_DATA_DEFAULT;
    if (!fs::is_directory(data_)) {
      GTEST_SKIP() << "the real data are not in " << data_ << "; set RELEARN_SHARED_DATA";
    }
    scratch_ = fs::temp_directory_path() / fmt::format("relearn_regression_{}", ::getpid());
    fs::create_directories(scratch_);
  }
  void TearDown() override {
    std::error_code ec;
    fs::remove_all(scratch_, ec);
  }

  static DiseaseFile disease(const std::string& id) {
    return load_disease_file(fs::path(RELEARN_SOURCE_DIR) / "diseases" / (id + ".toml"))
        .take_value();
  }
  Result<SourceReading> read(const DiseaseFile& of, const fs::path& file,
                             std::string_view adapter = "") const {
    return read_source(of, file, adapter, cancel_);
  }
  Cohort cohort(const std::string& id, const std::string& file) const {
    const DiseaseFile of = disease(id);
    std::vector<SourceReading> readings;
    readings.push_back(read(of, data_ / id / file).take_value());
    return assemble(of, std::move(readings)).take_value().cohort;
  }
  /// A copy of a real file, its text changed.
  template <typename Change>
  fs::path changed(const std::string& file, const Change& change) const {
    std::string text = read_file(data_ / file, 1 << 20).take_value();
    const fs::path target = scratch_ / "changed.csv";
    EXPECT_TRUE(write_file_atomically(target, change(std::move(text))).ok());
    return target;
  }

  fs::path data_, scratch_;
  CancelToken cancel_;
  NoProgress progress_;
};

TEST_F(Regression, TheWebHeartFileUnderOurOwnNamesIsRefusedBecauseItsOutcomeIsInverted) {
  // Somebody renames the columns and believes target = 1 to be disease, as the web says.
  const DiseaseFile heart = disease("heart");
  std::string header;
  for (const Predictor& predictor : heart.predictors) header += predictor.id + ",";
  header += heart.outcome.id;
  const fs::path file = changed("heart/heart.csv", [&](const std::string& text) {
    return header + text.substr(text.find('\n'));
  });
  const auto reading = read(heart, file, kCanonicalAdapter);
  ASSERT_FALSE(reading.ok());
  EXPECT_EQ(reading.error().kind, ErrorKind::InvalidInput);
}

TEST_F(Regression, TheClevelandFileWithItsOutcomeInvertedFailsThePolarityGate) {
  // Codes right, outcome wrong: only the gate can see it.
  const DiseaseFile heart = disease("heart");
  const fs::path file = changed("heart/processed.cleveland.data", [](const std::string& text) {
    std::string inverted;
    for (const std::string_view line : split(text, '\n')) {
      if (line.empty()) continue;
      const auto comma = line.rfind(',');
      inverted +=
          std::string(line.substr(0, comma)) + (line.substr(comma + 1) == "0" ? ",1" : ",0");
      inverted += "\n";
    }
    return inverted;
  });
  const auto reading = read(heart, file, "uci-processed");
  ASSERT_FALSE(reading.ok());
  EXPECT_NE(reading.error().message.find("the other way round"), std::string::npos)
      << reading.error().message;
}

TEST_F(Regression, TheWebHeartFileThroughItsAdapterIsTheClevelandFile) {
  const DiseaseFile heart = disease("heart");
  const auto web = read(heart, data_ / "heart/heart.csv");
  ASSERT_TRUE(web.ok()) << web.error().message;
  EXPECT_EQ(web.value().adapter, "web-heart-csv");
  // Row 165 repeats row 164, and Cleveland's row 185 is absent: 302 people, 138 of them ill.
  EXPECT_EQ(web.value().rows(), 302u);
  EXPECT_EQ(std::count(web.value().outcomes.begin(), web.value().outcomes.end(), 1), 138);
}

TEST_F(Regression, NoFoldHoldsAPersonOfTheOther) {
  const Cohort voices = cohort("parkinsons", "parkinsons.data");
  std::vector<std::uint32_t> rows(voices.rows());
  for (std::uint32_t i = 0; i < rows.size(); ++i) rows[i] = i;
  const auto folds = person_folds(voices, rows, 5, 1);
  ASSERT_TRUE(folds.ok());
  for (const Fold& fold : folds.value()) {
    for (const std::uint32_t tested : fold.test) {
      for (const std::uint32_t learnt : fold.train) {
        ASSERT_NE(voices.persons[tested], voices.persons[learnt]);
      }
    }
  }
}

TEST_F(Regression, AVoiceJudgedByPersonIsFarFromTheLeakOfAVoiceJudgedByRecording) {
  const Cohort voices = cohort("parkinsons", "parkinsons.data");
  const SearchOptions options{.families = {"logistic", "forest"}};
  const auto honest = nested_risks(voices, voices, options, cancel_, progress_);
  ASSERT_TRUE(honest.ok()) << honest.error().message;
  const auto& risks = honest.value().contenders.front().risks[0];
  EXPECT_LT(auroc(voices.outcomes, risks, voices.persons).value().value, 0.85);
}

TEST_F(Regression, ZerosThatMeanMissingAreMissing) {
  const DiseaseFile diabetes = disease("diabetes");
  const auto reading = read(diabetes, data_ / "diabetes/diabetes.csv");
  ASSERT_TRUE(reading.ok()) << reading.error().message;
  const auto missing = [&](std::string_view id) {
    return reading.value().missing(static_cast<std::size_t>(diabetes.find(id)));
  };
  EXPECT_EQ(missing("glucose_2h_mg_per_dl"), 5u);
  EXPECT_EQ(missing("diastolic_bp_mmhg"), 35u);
  EXPECT_EQ(missing("triceps_skinfold_mm"), 227u);
  EXPECT_EQ(missing("insulin_2h_uiu_per_ml"), 374u);
  EXPECT_EQ(missing("bmi_kg_per_m2"), 11u);
  EXPECT_EQ(missing("pregnancies"), 0u);
}

TEST_F(Regression, ACholesterolOfFivePointTwoIsAskedForItsUnit) {
  const DiseaseFile heart = disease("heart");
  const auto value = parse_value(
      heart.predictors[static_cast<std::size_t>(heart.find("total_cholesterol_mg_per_dl"))], "5.2");
  ASSERT_FALSE(value.ok());
  EXPECT_NE(value.error().message.find("mmol/L?"), std::string::npos) << value.error().message;
}

TEST_F(Regression, AJitterOfPointSevenEightIsAskedForItsUnit) {
  const DiseaseFile parkinsons = disease("parkinsons");
  const auto value = parse_value(
      parkinsons.predictors[static_cast<std::size_t>(parkinsons.find("jitter_local_fraction"))],
      "0.78");
  ASSERT_FALSE(value.ok());
  EXPECT_NE(value.error().message.find('%'), std::string::npos) << value.error().message;
}

TEST_F(Regression, TheSameFilesAndSeedGiveTheSameModelBytes) {
  const DiseaseFile of = disease("diabetes");
  std::string models[2];
  for (const unsigned threads : {1u, 2u}) {
    TrainingJob job;
    job.files = {{data_ / "diabetes/diabetes.csv", "diabetes.csv"}};
    job.search = {.families = {"logistic", "boosting"}, .threads = threads};
    const auto record = train(of, job, scratch_, {cancel_, cancel_}, progress_);
    ASSERT_TRUE(record.ok()) << record.error().message;
    models[threads - 1] = make_bundle(of, record.value()).take_value().model;
  }
  EXPECT_FALSE(models[0].empty());
  EXPECT_EQ(models[0], models[1]);
}

TEST_F(Regression, ACancelledTrainingSaysSo) {
  const DiseaseFile of = disease("diabetes");
  cancel_.request();
  TrainingJob job;
  job.files = {{data_ / "diabetes/diabetes.csv", "diabetes.csv"}};
  const auto record = train(of, job, scratch_, {cancel_, cancel_}, progress_);
  ASSERT_FALSE(record.ok());
  EXPECT_EQ(record.error().kind, ErrorKind::Cancelled);
}

}  // namespace
}  // namespace relearn
