#include "learning/models/logistic/logistic.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/normal.h"
#include "contracts/planted_people.h"
#include "learning/models/logistic/penalised_logistic.h"

namespace relearn {
namespace {

using testing::People;
using testing::planted_people;

/// Forty people that need no random numbers, so that other programs can be given the same.
struct Forty {
  std::vector<double> design;  // 40 x 3
  std::vector<std::uint8_t> outcomes;
  std::vector<double> weights;
  std::vector<double> penalties = {2, 2, 2};

  Forty() {
    for (int i = 0; i < 40; ++i) design.push_back(std::sin(i));
    for (int i = 0; i < 40; ++i) design.push_back(std::cos(2 * i));
    for (int i = 0; i < 40; ++i) design.push_back(std::sin(3 * i) * std::cos(i));
    for (int i = 0; i < 40; ++i) {
      outcomes.push_back((i * 7) % 11 < 5 ? 1 : 0);
      weights.push_back(1 + (i % 3) * 0.5);
    }
  }
  PenalisedLogistic problem() const {
    return {.rows = 40,
            .columns = 3,
            .design = design,
            .outcomes = outcomes,
            .weights = weights,
            .penalties = penalties};
  }
};

/// The largest derivative of the objective at a fit, by the definition in the header.
double largest_derivative(const PenalisedLogistic& problem, const PenalisedFit& fit) {
  std::vector<double> derivative(problem.columns + 1, 0.0);
  for (std::size_t i = 0; i < problem.rows; ++i) {
    double eta = fit.intercept + (problem.offset.empty() ? 0.0 : problem.offset[i]);
    for (std::size_t j = 0; j < problem.columns; ++j) {
      eta += problem.design[j * problem.rows + i] * fit.coefficients[j];
    }
    const double residual = problem.weights[i] * (logistic(eta) - problem.outcomes[i]);
    derivative[0] += residual;
    for (std::size_t j = 0; j < problem.columns; ++j) {
      derivative[j + 1] += residual * problem.design[j * problem.rows + i];
    }
  }
  double largest = std::fabs(derivative[0]);
  for (std::size_t j = 0; j < problem.columns; ++j) {
    const double prior = problem.prior.empty() ? 0.0 : problem.prior[j];
    derivative[j + 1] += problem.penalties[j] * (fit.coefficients[j] - prior);
    largest = std::max(largest, std::fabs(derivative[j + 1]));
  }
  return largest;
}

TEST(PenalisedLogisticFit, FindsWhatOtherProgramsFind) {
  // scikit-learn 1.2.1, LogisticRegression(C=0.5, tol=1e-14, solver='newton-cg') with the weights.
  const Forty people;
  const PenalisedFit fit = fit_penalised_logistic(people.problem());
  EXPECT_NEAR(fit.intercept, -0.2874582721, 1e-7);
  EXPECT_NEAR(fit.coefficients[0], 0.0364435938, 1e-7);
  EXPECT_NEAR(fit.coefficients[1], -0.0375097109, 1e-7);
  EXPECT_NEAR(fit.coefficients[2], 1.5871745454, 1e-7);
  EXPECT_LT(fit.steps, 12);
}

TEST(PenalisedLogisticFit, IsStationaryWithOffsetPriorAndUnequalPenalties) {
  Forty people;
  people.penalties = {0.1, 0, 25};
  std::vector<double> offset;
  for (int i = 0; i < 40; ++i) offset.push_back(0.05 * i - 1);
  const std::vector<double> prior = {1, -2, 0.5};
  PenalisedLogistic problem = people.problem();
  problem.offset = offset;
  problem.prior = prior;
  EXPECT_LT(largest_derivative(problem, fit_penalised_logistic(problem)), 1e-8);
}

TEST(PenalisedLogisticFit, StaysAtThePriorWhenThePenaltyIsHuge) {
  Forty people;
  people.penalties = {1e9, 1e9, 1e9};
  const std::vector<double> prior = {1, -2, 0.5};
  PenalisedLogistic problem = people.problem();
  problem.prior = prior;
  const PenalisedFit fit = fit_penalised_logistic(problem);
  for (std::size_t j = 0; j < 3; ++j) EXPECT_NEAR(fit.coefficients[j], prior[j], 1e-6);
  EXPECT_LT(largest_derivative(problem, fit), 1e-4) << "the intercept is not held back";
}

TEST(PenalisedLogisticFit, CountsAPatientOfWeightTwoAsTwo) {
  Forty people;
  people.weights.assign(40, 1.0);
  people.weights[5] = people.weights[6] = 2;
  const PenalisedFit weighted = fit_penalised_logistic(people.problem());

  std::vector<double> design;
  for (std::size_t j = 0; j < 3; ++j) {
    for (std::size_t i = 0; i < 40; ++i) design.push_back(people.design[j * 40 + i]);
    for (const std::size_t i : {5u, 6u}) design.push_back(people.design[j * 40 + i]);
  }
  people.outcomes.push_back(people.outcomes[5]);
  people.outcomes.push_back(people.outcomes[6]);
  people.weights.assign(42, 1.0);
  PenalisedLogistic repeated = people.problem();
  repeated.rows = 42;
  repeated.design = design;
  const PenalisedFit fit = fit_penalised_logistic(repeated);
  EXPECT_NEAR(fit.intercept, weighted.intercept, 1e-9);
  for (std::size_t j = 0; j < 3; ++j) {
    EXPECT_NEAR(fit.coefficients[j], weighted.coefficients[j], 1e-9);
  }
}

TEST(PenalisedLogisticFit, EndsFiniteWhenOneColumnTellsEverythingAndNothingIsPenalised) {
  Forty people;
  for (std::size_t i = 0; i < 40; ++i) people.design[i] = people.outcomes[i] ? 1.0 : -1.0;
  people.penalties = {0, 0, 0};
  const PenalisedFit fit = fit_penalised_logistic(people.problem());
  EXPECT_TRUE(std::isfinite(fit.intercept));
  EXPECT_GT(fit.coefficients[0], 5);
  EXPECT_LT(fit.coefficients[0], 1000);
}

TEST(PenalisedLogisticFit, SharesTheEffectBetweenColumnsThatRepeatEachOther) {
  Forty people;
  std::copy_n(people.design.begin() + 80, 40, people.design.begin());  // column 0 := column 2
  const PenalisedFit penalised = fit_penalised_logistic(people.problem());
  EXPECT_NEAR(penalised.coefficients[0], penalised.coefficients[2], 1e-9);
  people.penalties = {0, 0, 0};
  const PenalisedFit free = fit_penalised_logistic(people.problem());
  EXPECT_LT(largest_derivative(people.problem(), free), 1e-6);
}

TEST(PenalisedLogisticFit, ConvergesFromFarAwayOffsets) {
  Forty people;
  std::vector<double> offset(40, 0.0);
  for (std::size_t i = 0; i < 40; ++i) offset[i] = i % 2 ? 60.0 : -60.0;
  PenalisedLogistic problem = people.problem();
  problem.offset = offset;
  const PenalisedFit fit = fit_penalised_logistic(problem);
  EXPECT_LT(fit.steps, kNewtonStepsMax);
  EXPECT_LT(largest_derivative(problem, fit), 1e-6);
}

std::vector<double> scores_of(const Learner& learner, const People& people, double penalty) {
  const CancelToken cancel;
  const std::vector<Candidate> candidates = {{{{"penalty", penalty}}}};
  return learner.score_candidates(people.training(), candidates, people.rows, 1, cancel)
      .take_value();
}

TEST(Logistic, DoesNotCareInWhichUnitAColumnIsMeasured) {
  const People people = planted_people(200, 4, 1.0, 31);
  People scaled = people;
  for (std::size_t i = 0; i < 200; ++i) {
    scaled.features.values[i] = 1024 * scaled.features.values[i];  // exact in binary
  }
  const auto a = scores_of(logistic_learner(), people, 3);
  const auto b = scores_of(logistic_learner(), scaled, 3);
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-9);
}

TEST(Logistic, PredictsThePrevalenceOnAverageWithAnyPenalty) {
  const People people = planted_people(200, 4, 1.0, 32);
  double cases = 0;
  for (const std::uint8_t outcome : people.outcomes) cases += outcome;
  for (const double penalty : {0.03, 3.0, 300.0}) {
    double expected = 0;
    for (const double score : scores_of(logistic_learner(), people, penalty)) {
      expected += logistic(score);
    }
    EXPECT_NEAR(expected, cases, 1e-6) << "the intercept is not penalised";
  }
}

TEST(Logistic, ShrinksMoreWithALargerPenalty) {
  const People people = planted_people(200, 4, 1.0, 33);
  double before = 0;
  for (const Candidate& candidate : logistic_learner().grid(Grid::Notebooks)) {
    const CancelToken cancel;
    const Model model =
        logistic_learner().fit(people.training(), candidate, 1, cancel).take_value();
    double size = 0;
    for (const double b : std::get<LinearModel>(model).coefficients) size += b * b;
    EXPECT_GT(size, before) << "simplest first: " << candidate.text();
    before = size;
  }
}

}  // namespace
}  // namespace relearn
