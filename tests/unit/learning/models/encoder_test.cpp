#include "learning/models/encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <numeric>

namespace relearn {
namespace {

using ::testing::ElementsAre;

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

/// One column of a cohort that has nothing else.
Cohort cohort_of(InputColumn column, std::vector<float> values) {
  Cohort cohort;
  cohort.columns.push_back(std::move(column));
  cohort.outcomes.assign(values.size(), 0);
  cohort.values = std::move(values);
  return cohort;
}

InputColumn real(MissingPolicy missing) { return {"glucose", PredictorKind::Real, {}, missing}; }
InputColumn pain() { return {"pain", PredictorKind::Category, {1, 2, 3}, MissingPolicy::Impute}; }

std::vector<std::uint32_t> all_rows(const Cohort& cohort) {
  std::vector<std::uint32_t> rows(cohort.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

std::vector<float> encoded(const Encoder& encoder, std::vector<float> raw,
                           Filling filling = Filling::Typical) {
  std::vector<float> values(encoder.columns.size());
  encoder.encode(raw, filling, values);
  return values;
}

TEST(Encoder, FillsAMissingNumberWithTheMedian) {
  const Cohort odd = cohort_of(real(MissingPolicy::Impute), {9, kMissing, 1, 4});
  EXPECT_THAT(encoded(fit_encoder(odd, all_rows(odd)), {kMissing}), ElementsAre(4));
  const Cohort even = cohort_of(real(MissingPolicy::Impute), {9, 1, 4, 5, kMissing});
  EXPECT_THAT(encoded(fit_encoder(even, all_rows(even)), {kMissing}), ElementsAre(4.5));
}

TEST(Encoder, LearnsFromTheGivenRowsOnly) {
  const Cohort cohort = cohort_of(real(MissingPolicy::Impute), {1, 2, 3, 1000, 1000, 1000, 1000});
  const std::vector<std::uint32_t> rows = {0, 1, 2};
  EXPECT_THAT(encoded(fit_encoder(cohort, rows), {kMissing}), ElementsAre(2));
}

TEST(Encoder, FillsAMissingYesOrNoWithTheMoreFrequent) {
  const InputColumn yes_no = {"exang", PredictorKind::Binary, {}, MissingPolicy::Impute};
  const Cohort mostly_yes = cohort_of(yes_no, {1, 1, 0, 1, kMissing});
  EXPECT_THAT(encoded(fit_encoder(mostly_yes, all_rows(mostly_yes)), {kMissing}), ElementsAre(1));
  const Cohort tied = cohort_of(yes_no, {1, 0, 0, 1});
  EXPECT_THAT(encoded(fit_encoder(tied, all_rows(tied)), {kMissing}), ElementsAre(0));
}

TEST(Encoder, GivesEveryPatientExactlyOneCode) {
  const Cohort cohort = cohort_of(pain(), {3, 3, 1, kMissing, 3});
  const Encoder encoder = fit_encoder(cohort, all_rows(cohort));
  EXPECT_THAT(encoded(encoder, {1}), ElementsAre(1, 0, 0));
  EXPECT_THAT(encoded(encoder, {2}), ElementsAre(0, 1, 0)) << "a code nobody had in training";
  EXPECT_THAT(encoded(encoder, {kMissing}), ElementsAre(0, 0, 1)) << "the most frequent";
}

TEST(Encoder, TakesTheFirstOfEquallyFrequentCodes) {
  const Cohort cohort = cohort_of(pain(), {3, 2, 2, 3, 1});
  EXPECT_THAT(encoded(fit_encoder(cohort, all_rows(cohort)), {kMissing}), ElementsAre(0, 1, 0));
}

TEST(Encoder, FillsWithMeansAndSharesForThoseWhoWantThem) {
  const Cohort number = cohort_of(real(MissingPolicy::Impute), {9, kMissing, 1, 5});
  const Encoder of_number = fit_encoder(number, all_rows(number));
  EXPECT_THAT(encoded(of_number, {kMissing}, Filling::Mean), ElementsAre(5));
  EXPECT_THAT(encoded(of_number, {9}, Filling::Mean), ElementsAre(9)) << "what is there stays";
  const InputColumn yes_no = {"exang", PredictorKind::Binary, {}, MissingPolicy::Impute};
  const Cohort answers = cohort_of(yes_no, {1, 1, 0, 1, kMissing});
  EXPECT_THAT(encoded(fit_encoder(answers, all_rows(answers)), {kMissing}, Filling::Mean),
              ElementsAre(0.75));
  const Cohort codes = cohort_of(pain(), {3, 3, 1, kMissing, 3});
  const Encoder of_codes = fit_encoder(codes, all_rows(codes));
  EXPECT_THAT(encoded(of_codes, {kMissing}, Filling::Mean), ElementsAre(0.25, 0, 0.75));
  EXPECT_THAT(encoded(of_codes, {2}, Filling::Mean), ElementsAre(0, 1, 0));
}

TEST(Encoder, KnowsWhetherItsFillingsDiffer) {
  const Cohort skewed = cohort_of(real(MissingPolicy::Impute), {9, 1, 2});
  EXPECT_TRUE(fit_encoder(skewed, all_rows(skewed)).has_means());
  const Cohort even = cohort_of(real(MissingPolicy::Impute), {1, 2, 3});
  EXPECT_FALSE(fit_encoder(even, all_rows(even)).has_means());
}

TEST(Encoder, IsDefinedForAColumnThatNobodyHas) {
  const Cohort number = cohort_of(real(MissingPolicy::Impute), {kMissing, kMissing});
  const Cohort code = cohort_of(pain(), {kMissing, kMissing});
  for (const Filling filling : {Filling::Typical, Filling::Mean}) {
    EXPECT_THAT(encoded(fit_encoder(number, all_rows(number)), {kMissing}, filling),
                ElementsAre(0));
    EXPECT_THAT(encoded(fit_encoder(code, all_rows(code)), {kMissing}, filling),
                ElementsAre(1, 0, 0));
  }
}

TEST(Encoder, ShowsThatAValueIsMissingWhenThatHappensOftenEnough) {
  std::vector<float> values(40, 5.0f);
  std::fill_n(values.begin(), kMissingForIndicator - 1, kMissing);
  const Cohort rarely = cohort_of(real(MissingPolicy::ImputeWithIndicator), values);
  EXPECT_EQ(fit_encoder(rarely, all_rows(rarely)).columns.size(), 1u);

  values[20] = kMissing;
  const Cohort often = cohort_of(real(MissingPolicy::ImputeWithIndicator), values);
  const Encoder encoder = fit_encoder(often, all_rows(often));
  EXPECT_THAT(encoded(encoder, {kMissing}), ElementsAre(5, 1));
  EXPECT_THAT(encoded(encoder, {kMissing}, Filling::Mean), ElementsAre(5, 1));
  EXPECT_THAT(encoded(encoder, {6}), ElementsAre(6, 0));
  EXPECT_THAT(encoded_names(encoder, often.columns), ElementsAre("glucose", "glucose is missing"));

  const Cohort not_asked = cohort_of(real(MissingPolicy::Impute), values);
  EXPECT_EQ(fit_encoder(not_asked, all_rows(not_asked)).columns.size(), 1u);
}

TEST(Encoder, EncodesACohortAsItEncodesEachRow) {
  Cohort cohort = cohort_of(pain(), {1, 2, kMissing, 3});
  cohort.columns.push_back(real(MissingPolicy::Impute));
  cohort.values.insert(cohort.values.end(), {7, kMissing, 8, 9});
  const Encoder encoder = fit_encoder(cohort, all_rows(cohort));
  for (const Filling filling : {Filling::Typical, Filling::Mean}) {
    const Features features = encoder.encode(cohort, filling);
    ASSERT_EQ(features.rows, 4u);
    ASSERT_EQ(features.columns, 4u);
    for (std::size_t i = 0; i < 4; ++i) {
      const auto row = encoded(encoder, {cohort.column(0)[i], cohort.column(1)[i]}, filling);
      for (std::size_t j = 0; j < 4; ++j) EXPECT_EQ(features.at(i, j), row[j]);
    }
  }
  EXPECT_THAT(encoded_names(encoder, cohort.columns),
              ElementsAre("pain=1", "pain=2", "pain=3", "glucose"));
}

}  // namespace
}  // namespace relearn
