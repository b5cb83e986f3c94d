// What was measured on real patients, kept from getting worse. The figures of the whole search are
// in the pages of docs/models; here each family stands alone, with one fixed candidate.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numeric>

#include "base/random.h"
#include "contracts/planted_people.h"
#include "learning/cohort/assemble.h"
#include "learning/cohort/baseline.h"
#include "learning/cohort/folds.h"
#include "learning/models/catalog.h"
#include "learning/models/encoder.h"

namespace relearn {
namespace {

std::filesystem::path shared_data() {
  const char* folder = std::getenv("RELEARN_SHARED_DATA");
  return folder != nullptr ? folder : RELEARN_SHARED_DATA_DEFAULT;
}

struct Honest {
  double auroc = 0;
  double log_loss = 0;
};

/// Pooled out-of-fold figures of one candidate, mean over repeated five-fold splits by person.
Honest out_of_fold(const Cohort& cohort, std::string_view family, const Candidate& candidate) {
  constexpr int kRepeats = 4;
  std::vector<std::uint32_t> rows(cohort.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  const CancelToken cancel;
  Honest honest;
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    std::vector<double> scores(cohort.rows());
    for (const Fold& fold :
         person_folds(cohort, rows, 5, derive_seed(1, "repeat", repeat)).take_value()) {
      const Learner& learner = *find_learner(family);
      const Features features = fit_encoder(cohort, fold.train).encode(cohort, learner.filling());
      const TrainingSet training{features, cohort.outcomes, cohort.weights, fold.train};
      const auto fold_scores =
          learner.score_candidates(training, std::span(&candidate, 1), fold.test, 1, cancel)
              .take_value();
      for (std::size_t i = 0; i < fold.test.size(); ++i) scores[fold.test[i]] = fold_scores[i];
    }
    double loss = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      loss += std::log1p(std::exp(cohort.outcomes[i] ? -scores[i] : scores[i]));
    }
    honest.auroc += testing::auroc_by_pairs(scores, cohort.outcomes) / kRepeats;
    honest.log_loss += loss / static_cast<double>(scores.size()) / kRepeats;
  }
  return honest;
}

class RealPatients : public ::testing::Test {
 protected:
  /// The disease's baseline file, or nothing when the data are not here.
  std::optional<Cohort> cohort(const std::string& disease_id, const std::string& file) {
    const auto path = shared_data() / file;
    if (!std::filesystem::exists(path)) return std::nullopt;
    const auto disease = load_disease_file(std::filesystem::path(RELEARN_SOURCE_DIR) / "diseases" /
                                           (disease_id + ".toml"));
    EXPECT_TRUE(disease.ok());
    const CancelToken cancel;
    auto reading = read_source(disease.value(), path, "", cancel);
    EXPECT_TRUE(reading.ok()) << reading.error().message;
    std::vector<SourceReading> readings;
    readings.push_back(reading.take_value());
    return assemble(disease.value(), std::move(readings)).take_value().cohort;
  }
};

constexpr const char* kAbsent =
    "the real data are not here; set RELEARN_SHARED_DATA to their folder";

TEST_F(RealPatients, WithDiabetesAreBetterKnownByCurvesThanByStraightLines) {
  const auto people = cohort("diabetes", "diabetes/pima-indians-diabetes.data");
  if (!people) GTEST_SKIP() << kAbsent;
  const Honest straight = out_of_fold(*people, "logistic", {{{"penalty", 10}}});
  const Honest curved =
      out_of_fold(*people, "spline_logistic", {{{"curve_penalty", 30}, {"penalty", 10}}});
  // scikit-learn's logistic regression reaches .836 and .477.
  EXPECT_GT(straight.auroc, 0.832);
  EXPECT_LT(straight.log_loss, 0.482);
  EXPECT_GT(curved.auroc, straight.auroc + 0.005);
  EXPECT_LT(curved.log_loss, straight.log_loss - 0.008);
}

TEST_F(RealPatients, WithChestPainAreKnownByStraightLines) {
  const auto people = cohort("heart", "heart/processed.cleveland.data");
  if (!people) GTEST_SKIP() << kAbsent;
  const Honest straight = out_of_fold(*people, "logistic", {{{"penalty", 10}}});
  // scikit-learn's logistic regression reaches .907 and .382.
  EXPECT_GT(straight.auroc, 0.903);
  EXPECT_LT(straight.log_loss, 0.388);
}

}  // namespace
}  // namespace relearn
