#include "learning/cohort/synthetic.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/normal.h"
#include "cohort_testing.h"
#include "invented_file.h"
#include "learning/cohort/assemble.h"
#include "learning/cohort/synthetic_model.h"
#include "learning/metrics/auroc.h"

namespace relearn {
namespace {

std::string synthesized(const DiseaseFile& disease, std::uint64_t rows, std::uint64_t seed) {
  std::string text;
  const CancelToken cancel;
  const auto append = [&](std::string_view piece) -> Result<void> {
    text += piece;
    return {};
  };
  const auto done = synthesize(disease, rows, seed, append, cancel);
  return done.ok() ? text : done.error().message;
}

Cohort cohort_of(const DiseaseFile& disease, std::uint64_t rows, std::uint64_t seed) {
  auto reading = read_text(disease, synthesized(disease, rows, seed));
  EXPECT_TRUE(reading.ok()) << reading.error().message;
  std::vector<SourceReading> readings;
  readings.push_back(reading.take_value());
  return assemble(disease, std::move(readings)).take_value().cohort;
}

/// What stands in the middle, or most often, for what is missing: as models fill it in.
std::vector<float> filled(std::span<const float> values, bool coded) {
  std::vector<float> known;
  std::map<float, int> counts;
  for (const float value : values) {
    if (std::isnan(value)) continue;
    known.push_back(value);
    ++counts[value];
  }
  std::nth_element(known.begin(), known.begin() + known.size() / 2, known.end());
  const auto most = std::max_element(counts.begin(), counts.end(),
                                     [](auto& a, auto& b) { return a.second < b.second; });
  const float fill = coded ? most->first : known[known.size() / 2];
  std::vector<float> all(values.begin(), values.end());
  for (float& value : all) value = std::isnan(value) ? fill : value;
  return all;
}

/// Columns of a design matrix: an intercept, standard scores of numbers, a column per code but one.
std::vector<std::vector<double>> design_of(const Cohort& cohort) {
  std::vector<std::vector<double>> design{std::vector<double>(cohort.rows(), 1.0)};
  for (std::size_t j = 0; j < cohort.columns.size(); ++j) {
    const std::vector<int>& codes = cohort.columns[j].codes;
    const std::vector<float> values = filled(cohort.column(j), !codes.empty());
    for (std::size_t k = 1; k < codes.size(); ++k) {
      design.emplace_back();
      for (const float value : values) {
        design.back().push_back(value == static_cast<float>(codes[k]) ? 1 : 0);
      }
    }
    if (!codes.empty()) continue;
    double sum = 0, squares = 0;
    for (const float value : values) sum += value, squares += static_cast<double>(value) * value;
    const double n = static_cast<double>(values.size());
    const double mean = sum / n, sd = std::sqrt(squares / n - mean * mean);
    design.emplace_back();
    for (const float value : values) design.back().push_back((value - mean) / sd);
  }
  return design;
}

/// Linear predictor of a logistic regression: gradient ascent with momentum, a plain peer of the
/// library's own.
std::vector<double> fitted_scores(const std::vector<std::vector<double>>& design,
                                  std::span<const std::uint8_t> outcomes) {
  const std::size_t n = outcomes.size();
  std::vector<double> weights(design.size(), 0.0), speed(design.size(), 0.0), scores(n);
  for (int step = 0; step < 300; ++step) {
    std::fill(scores.begin(), scores.end(), 0.0);
    for (std::size_t j = 0; j < design.size(); ++j) {
      for (std::size_t i = 0; i < n; ++i) scores[i] += weights[j] * design[j][i];
    }
    for (std::size_t j = 0; j < design.size(); ++j) {
      double gradient = -0.001 * weights[j];
      for (std::size_t i = 0; i < n; ++i) {
        gradient += design[j][i] * (outcomes[i] - logistic(scores[i])) / static_cast<double>(n);
      }
      speed[j] = 0.9 * speed[j] + 0.2 * gradient;
      weights[j] += speed[j];
    }
  }
  return scores;
}

double logistic_auroc(const Cohort& cohort) {
  const std::vector<double> scores = fitted_scores(design_of(cohort), cohort.outcomes);
  return auroc(cohort.outcomes, scores, {}, IntervalMethod::Asymptotic).take_value().value;
}

// Targets: what a penalised logistic regression reaches on the real sets, out of fold: 0.90 and
// 0.84; 0.77 by recording with whole people held out, which costs this few people much of what many
// would show (600 rows in five folds: 0.78). Fitted and judged on the same 6,000 rows here.
TEST(Synthetic, IsAboutAsPredictableAsTheRealPeople) {
  const DiseaseFile heart = disease_named("heart");
  EXPECT_NEAR(logistic_auroc(cohort_of(heart, 6000, 3)), 0.90, 0.015);
  const DiseaseFile diabetes = disease_named("diabetes");
  EXPECT_NEAR(logistic_auroc(cohort_of(diabetes, 6000, 3)), 0.84, 0.015);
  const DiseaseFile parkinsons = disease_named("parkinsons");
  EXPECT_NEAR(logistic_auroc(cohort_of(parkinsons, 6000, 3)), 0.84, 0.02);
}

TEST(Synthetic, EveryRowIsReadableAndMarked) {
  for (const char* id : {"heart", "diabetes", "parkinsons"}) {
    const DiseaseFile disease = disease_named(id);
    const auto reading = read_text(disease, synthesized(disease, 3000, 5));
    ASSERT_TRUE(reading.ok()) << reading.error().message;
    EXPECT_TRUE(reading.value().synthetic);
    EXPECT_EQ(reading.value().adapter, "canonical");
    EXPECT_EQ(reading.value().counts.accepted, 3000u);
    EXPECT_EQ(reading.value().polarity.verdict, PolarityReport::Verdict::Passed);
  }
}

TEST(Synthetic, HasThePrevalenceAndTheMissingValuesOfItsModel) {
  const DiseaseFile heart = disease_named("heart");
  const SyntheticModel model = read_synthetic_model(heart).take_value();
  const auto reading = read_text(heart, synthesized(heart, 20'000, 2)).take_value();
  const double rows = 20'000;
  const double ill =
      static_cast<double>(std::count(reading.outcomes.begin(), reading.outcomes.end(), 1));
  EXPECT_NEAR(ill / rows, model.prevalence, 0.015);
  for (const SyntheticColumn& column : model.columns) {
    const double expected =
        model.prevalence * column.missing[1] + (1 - model.prevalence) * column.missing[0];
    EXPECT_NEAR(static_cast<double>(reading.missing(column.predictor)) / rows, expected, 0.015)
        << heart.predictors[column.predictor].id;
  }
}

TEST(Synthetic, HasTheQuantilesOfItsModel) {
  const DiseaseFile diabetes = disease_named("diabetes");
  const SyntheticModel model = read_synthetic_model(diabetes).take_value();
  const auto reading = read_text(diabetes, synthesized(diabetes, 20'000, 2)).take_value();
  for (const SyntheticColumn& column : model.columns) {
    std::vector<float> values = reading.columns[column.predictor];
    std::erase_if(values, [](float value) { return std::isnan(value); });
    std::sort(values.begin(), values.end());
    const double spread = column.quantiles.back() - column.quantiles.front();
    for (std::size_t k = 0; k < model.levels.size(); ++k) {
      const auto at =
          static_cast<std::size_t>(model.levels[k] * static_cast<double>(values.size()));
      EXPECT_NEAR(values[at], column.quantiles[k], 0.05 * spread)
          << diabetes.predictors[column.predictor].id << " at " << model.levels[k];
    }
  }
}

TEST(Synthetic, RecordingsOfAPersonAreAlikeAndSharePersonAndOutcome) {
  const DiseaseFile parkinsons = disease_named("parkinsons");
  const auto reading = read_text(parkinsons, synthesized(parkinsons, 3000, 2)).take_value();
  EXPECT_EQ(reading.counts.persons, 500u);
  EXPECT_THAT(reading.warnings, testing::IsEmpty());
  // Pitch within people varies far less than between them.
  double within = 0, between = 0;
  const std::vector<float>& pitch = reading.columns[0];
  for (std::size_t i = 0; i + 6 < pitch.size(); i += 6) {
    within += std::fabs(pitch[i] - pitch[i + 1]);
    between += std::fabs(pitch[i] - pitch[i + 6]);
  }
  EXPECT_LT(within, 0.75 * between);
}

TEST(Synthetic, TheSameSeedGivesTheSamePeopleHoweverMany) {
  const DiseaseFile heart = disease_named("heart");
  const std::string few = synthesized(heart, 50, 9), many = synthesized(heart, 500, 9);
  EXPECT_TRUE(many.starts_with(few));
  EXPECT_NE(synthesized(heart, 50, 10).substr(200), few.substr(200));
  EXPECT_TRUE(few.starts_with("# SYNTHETIC: invented people"));
}

TEST(Synthetic, StreamsInPiecesAndStopsWhenAsked) {
  const DiseaseFile heart = disease_named("heart");
  CancelToken cancel;
  std::size_t pieces = 0;
  const auto sink = [&](std::string_view piece) -> Result<void> {
    EXPECT_LT(piece.size(), 100'000u);
    if (++pieces == 3) cancel.request();
    return {};
  };
  const auto done = synthesize(heart, 1'000'000'000, 1, sink, cancel);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().kind, ErrorKind::Cancelled);
  EXPECT_EQ(pieces, 3u);
}

TEST(SyntheticModel, TablesAreCoarse) {
  for (const char* id : {"heart", "diabetes", "parkinsons"}) {
    const auto model = read_synthetic_model(disease_named(id));
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_LE(model.value().levels.size(), kQuantilesMax);
    EXPECT_GE(model.value().levels.front(), 0.02);
    EXPECT_LE(model.value().levels.back(), 0.98);
  }
}

TEST(SyntheticModel, WrongTablesAreRefusedWithTheirPlace) {
  const DiseaseFile heart = disease_named("heart");
  const auto refused = [&](std::string_view part, std::string_view by) {
    DiseaseFile changed = heart;
    const auto at = changed.synthetic_toml.find(part);
    EXPECT_NE(at, std::string::npos) << part;
    changed.synthetic_toml.replace(at, part.size(), by);
    const auto model = read_synthetic_model(changed);
    return model.ok() ? "accepted" : model.error().message;
  };
  EXPECT_THAT(refused("prevalence", "frequency"),
              testing::HasSubstr("key \"prevalence\" is missing"));
  EXPECT_THAT(refused("prevalence = 0", "prevalence = 1"), testing::HasSubstr("between 0 and 1"));
  EXPECT_THAT(refused("predictor = 'sex'", "predictor = 'gender'"),
              testing::HasSubstr("names no predictor"));
  EXPECT_THAT(refused("predictor = 'st_depression_mm'", "predictor = 'age_years'"),
              testing::HasSubstr("is there twice"));
  EXPECT_THAT(refused("decimals = 1", "decimals = 11"), testing::HasSubstr("must be 0 to 9"));
  EXPECT_THAT(refused("shares_with = ", "shares_of = "), testing::HasSubstr("shares_with"));
  DiseaseFile without = heart;
  without.synthetic_toml.clear();
  EXPECT_EQ(read_synthetic_model(without).error().kind, ErrorKind::NotReady);
}

TEST(Cholesky, FactorsWhatCanBeCorrelationsAndNothingElse) {
  const auto factor = cholesky({{1}, {0.6, 1}});
  ASSERT_EQ(factor.size(), 2u);
  EXPECT_DOUBLE_EQ(factor[1][0], 0.6);
  EXPECT_DOUBLE_EQ(factor[1][1], 0.8);
  EXPECT_TRUE(cholesky({{1}, {0.9, 1}, {0.9, -0.9, 1}}).empty());
}

}  // namespace
}  // namespace relearn
