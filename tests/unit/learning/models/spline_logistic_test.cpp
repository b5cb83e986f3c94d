#include "learning/models/spline_logistic/spline_logistic.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/normal.h"
#include "contracts/planted_people.h"
#include "learning/models/logistic/logistic.h"

namespace relearn {
namespace {

using testing::auroc_by_pairs;
using testing::People;
using testing::planted_people;

Candidate candidate_of(double curve_penalty, double penalty) {
  return {{{"curve_penalty", curve_penalty}, {"penalty", penalty}}};
}

SplineModel fitted(const People& people, const Candidate& candidate) {
  const CancelToken cancel;
  return std::get<SplineModel>(
      spline_logistic_learner().fit(people.training(), candidate, 1, cancel).take_value());
}

std::vector<double> scores_of(const Model& model, const People& people) {
  std::vector<double> scores;
  for (const std::uint32_t i : people.rows) scores.push_back(score(model, people.row(i)));
  return scores;
}

TEST(SplineBasis, FollowsHarrellsFormula) {
  // By hand, knots 0 1 2 4: s_1(3) = [3^3 - 1^3 * 4/2 + 0] / 4^2, s_2(5) = [4^3 - 3^3 * 3/2 + 1^3 *
  // 1/2] / 4^2.
  const std::vector<double> knots = {0, 1, 2, 4};
  EXPECT_DOUBLE_EQ(spline_basis(knots, 0, 3), (27.0 - 2.0) / 16);
  EXPECT_DOUBLE_EQ(spline_basis(knots, 1, 5), (64.0 - 40.5 + 0.5) / 16);
}

TEST(SplineBasis, IsNothingBeforeItsKnotAndStraightAfterTheLast) {
  const std::vector<double> knots = {0, 1, 2, 4};
  for (const std::size_t k : {0u, 1u}) {
    EXPECT_EQ(spline_basis(knots, k, -3), 0);
    EXPECT_EQ(spline_basis(knots, k, static_cast<double>(k)), 0);
    const double bend =
        spline_basis(knots, k, 5) - 2 * spline_basis(knots, k, 7) + spline_basis(knots, k, 9);
    EXPECT_NEAR(bend, 0, 1e-12);
  }
}

TEST(SplineLogistic, SeesThatBothEndsOfARangeAreIll) {
  People people = planted_people(500, 3, 0.0, 41);
  Random random(42);
  for (std::size_t i = 0; i < 500; ++i) {
    const double x = people.features.at(i, 0);
    people.outcomes[i] = random.uniform() < logistic(3 * (x * x - 1)) ? 1 : 0;
  }
  const double curved =
      auroc_by_pairs(scores_of(fitted(people, candidate_of(10, 10)), people), people.outcomes);
  const double straight =
      auroc_by_pairs(scores_of(fitted(people, candidate_of(1e9, 10)), people), people.outcomes);
  EXPECT_GT(curved, 0.9);
  EXPECT_LT(straight, 0.65);
}

TEST(SplineLogistic, IsLogisticRegressionWhenNothingMayBend) {
  const People people = planted_people(300, 4, 1.0, 43);
  const CancelToken cancel;
  const Model straight =
      logistic_learner().fit(people.training(), {{{"penalty", 3}}}, 1, cancel).take_value();
  const auto a = scores_of(straight, people);
  const auto b = scores_of(fitted(people, candidate_of(1e12, 3)), people);
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-7);
}

TEST(SplineLogistic, LeavesColumnsOfFewValuesStraight) {
  People people = planted_people(300, 4, 1.0, 44);
  for (std::size_t i = 0; i < 300; ++i) {
    people.features.values[i] = static_cast<float>(i % (kDistinctForCurve - 1));
    people.features.values[300 + i] = static_cast<float>(i % kDistinctForCurve);
  }
  const SplineModel model = fitted(people, candidate_of(10, 10));
  ASSERT_EQ(model.terms.size(), 3u);
  EXPECT_EQ(model.terms[0].column, 1u);
}

TEST(SplineLogistic, HasFewerKnotsWhereManyPatientsShareAValue) {
  People people = planted_people(300, 4, 1.0, 45);
  for (std::size_t i = 0; i < 300; ++i) {
    if (i % 2 == 0) people.features.values[i] = 0.0f;         // half: an imputed median
    if (i % 25 != 0) people.features.values[300 + i] = 0.0f;  // nearly all
  }
  const SplineModel model = fitted(people, candidate_of(10, 10));
  ASSERT_EQ(model.terms.size(), 3u);
  EXPECT_EQ(model.terms[0].column, 0u);
  EXPECT_EQ(model.terms[0].knots.size(), 3u);
  EXPECT_EQ(model.terms[1].column, 2u) << "too few knots to bend between";
  EXPECT_EQ(model.terms[1].knots.size(), 4u);
}

TEST(SplineLogistic, GoesOnStraightBeyondTheTrainingPatients) {
  const People people = planted_people(300, 3, 1.5, 46);
  const Model model = fitted(people, candidate_of(10, 10));
  const auto at = [&](float value) { return score(model, std::vector<float>{value, 0, 0}); };
  for (const float sign : {-1.0f, 1.0f}) {
    EXPECT_NEAR(at(sign * 10) - 2 * at(sign * 20) + at(sign * 30), 0, 1e-9);
  }
}

TEST(SplineLogistic, DoesNotCareInWhichUnitAColumnIsMeasured) {
  const People people = planted_people(300, 3, 1.0, 47);
  People scaled = people;
  for (std::size_t i = 0; i < 300; ++i) {
    scaled.features.values[i] = 1024 * scaled.features.values[i];  // exact in binary
  }
  const auto a = scores_of(fitted(people, candidate_of(10, 3)), people);
  const auto b = scores_of(fitted(scaled, candidate_of(10, 3)), scaled);
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-9);
}

}  // namespace
}  // namespace relearn
