#include "learning/metrics/auroc.h"

#include <gtest/gtest.h>

#include <cmath>

#include "people.h"

namespace relearn {
namespace {

double psi(double case_score, double other_score) {
  return case_score > other_score ? 1 : (case_score == other_score ? 0.5 : 0);
}

/// DeLong 1988 as it is written, pair by pair.
struct Plain {
  double value = 0, variance = 0;
};
Plain delong_pair_by_pair(const DrawnPeople& people) {
  std::vector<double> cases, others;
  for (std::size_t i = 0; i < people.risks.size(); ++i) {
    (people.outcomes[i] ? cases : others).push_back(people.risks[i]);
  }
  std::vector<double> v10(cases.size(), 0.0), v01(others.size(), 0.0);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    for (std::size_t j = 0; j < others.size(); ++j) {
      v10[i] += psi(cases[i], others[j]) / static_cast<double>(others.size());
      v01[j] += psi(cases[i], others[j]) / static_cast<double>(cases.size());
    }
  }
  const Spread a = spread_of(v10), b = spread_of(v01);
  return {a.mean, a.deviation * a.deviation / static_cast<double>(cases.size()) +
                      b.deviation * b.deviation / static_cast<double>(others.size())};
}

TEST(Auroc, IsDeLongsPairByPairAlsoWithTies) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    DrawnPeople people = draw_people(60 + 7 * seed, seed);
    for (double& risk : people.risks) risk = std::round(risk * 12) / 12;
    const Plain plain = delong_pair_by_pair(people);
    const Estimate estimate = auroc(people.outcomes, people.risks).value();
    EXPECT_NEAR(estimate.value, plain.value, 1e-12);
    EXPECT_NEAR(estimate.standard_error, std::sqrt(plain.variance), 1e-12);
  }
}

TEST(Auroc, SeesOnlyTheOrderOfScores) {
  const DrawnPeople people = draw_people(80, 3);
  std::vector<double> other = people.risks;
  for (double& score : other) score = 100 * std::log(score);
  const Estimate a = auroc(people.outcomes, people.risks).value();
  const Estimate b = auroc(people.outcomes, other).value();
  EXPECT_EQ(a.value, b.value);
  EXPECT_EQ(a.standard_error, b.standard_error);
  EXPECT_EQ(a.low, b.low);
}

TEST(Auroc, OfInvertedOutcomesIsOneMinusIt) {
  DrawnPeople people = draw_people(150, 4);
  const Estimate a = auroc(people.outcomes, people.risks).value();
  for (std::uint8_t& outcome : people.outcomes) outcome = 1 - outcome;
  const Estimate b = auroc(people.outcomes, people.risks).value();
  EXPECT_NEAR(a.value, 1 - b.value, 1e-12);
  EXPECT_NEAR(a.low, 1 - b.high, 1e-9);
  EXPECT_NEAR(a.standard_error, b.standard_error, 1e-12);
}

TEST(Auroc, ErrorMatchesTheSpreadOfFreshSamples) {
  for (const std::size_t records : {1, 5}) {
    DrawnModel model;
    model.records = records;
    model.noise = records > 1 ? 1.0 : 0.0;
    std::vector<double> values, errors;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
      const DrawnPeople people = draw_people(120, 1000 + seed, model);
      const Estimate estimate =
          auroc(people.outcomes, people.risks, people.persons, IntervalMethod::Asymptotic).value();
      values.push_back(estimate.value);
      errors.push_back(estimate.standard_error);
    }
    // 400 samples know a standard deviation to within 3.5 % (one standard error).
    EXPECT_NEAR(spread_of(errors).mean / spread_of(values).deviation, 1, 0.12) << records;
  }
}

/// How often the interval holds the truth, the AUROC of a very large sample.
double coverage(std::size_t persons, const DrawnModel& model, IntervalMethod method) {
  const DrawnPeople many = draw_people(300'000, 77, model);
  const double truth = auroc(many.outcomes, many.risks, many.persons).value().value;
  int held = 0, samples = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const DrawnPeople people = draw_people(persons, 2000 + seed, model);
    const auto estimate = auroc(people.outcomes, people.risks, people.persons, method);
    if (!estimate.ok()) continue;
    ++samples;
    held += estimate.value().low <= truth && truth <= estimate.value().high ? 1 : 0;
  }
  return held / static_cast<double>(samples);
}

// 300 samples know a coverage of 0.95 to within 0.013 (one standard error).
TEST(Auroc, IntervalHoldsTheTruthNineteenTimesInTwenty) {
  EXPECT_GT(coverage(150, {}, IntervalMethod::BySize), 0.92);
  DrawnModel repeated;
  repeated.records = 6;
  repeated.noise = 1;
  EXPECT_GT(coverage(100, repeated, IntervalMethod::BySize), 0.92);
}

TEST(Auroc, IntervalOfVeryFewPersonsIsNotMuchTooNarrow) {
  EXPECT_GT(coverage(24, {}, IntervalMethod::BySize), 0.88);
}

TEST(Auroc, RepeatedRowsWithoutPersonsWouldBeTakenForEvidence) {
  const DrawnPeople people = draw_people(100, 5);
  const DrawnPeople twice = repeated(people, 2);
  const double honest = auroc(twice.outcomes, twice.risks, twice.persons).value().standard_error;
  const double naive = auroc(twice.outcomes, twice.risks).value().standard_error;
  EXPECT_NEAR(honest, auroc(people.outcomes, people.risks).value().standard_error, 1e-12);
  EXPECT_NEAR(naive, honest / std::sqrt(2.0), 0.002);
}

TEST(AurocDifference, ChangesSignWithTheOrderAndIsZeroForEqualRanks) {
  const DrawnPeople a = draw_people(120, 6);
  DrawnPeople b = a;
  Random random(9);
  for (double& risk : b.risks) risk = logistic(logit(risk) + random.normal());
  const Estimate there = auroc_difference(a.outcomes, a.risks, b.risks).value();
  const Estimate back = auroc_difference(a.outcomes, b.risks, a.risks).value();
  EXPECT_GT(there.value, 0);
  EXPECT_NEAR(there.value, -back.value, 1e-12);
  EXPECT_NEAR(there.low, -back.high, 1e-12);
  const Estimate none = auroc_difference(a.outcomes, a.risks, a.risks).value();
  EXPECT_EQ(none.value, 0);
  EXPECT_EQ(none.high, 0);
}

TEST(AurocDifference, BootstrapAndFormulaAgreeWhereBothMayBeUsed) {
  const DrawnPeople a = draw_people(300, 8);
  DrawnPeople b = a;
  Random random(10);
  for (double& risk : b.risks) risk = logistic(logit(risk) + 1.5 * random.normal());
  const Estimate formula =
      auroc_difference(a.outcomes, a.risks, b.risks, {}, IntervalMethod::Asymptotic).value();
  const Estimate drawn =
      auroc_difference(a.outcomes, a.risks, b.risks, {}, IntervalMethod::Bootstrap).value();
  EXPECT_NEAR(drawn.low, formula.low, 0.2 * formula.standard_error);
  EXPECT_NEAR(drawn.high, formula.high, 0.2 * formula.standard_error);
}

TEST(Auroc, RefusesWhatIsNoSample) {
  const std::vector<double> scores = {0.1, std::nan("")};
  EXPECT_EQ(auroc(std::vector<std::uint8_t>{0, 1}, scores).error().message,
            "risk of row 2 is nan; it must be a number");
  EXPECT_EQ(auroc(std::vector<std::uint8_t>{0, 1, 1}, scores).error().kind,
            ErrorKind::InvalidInput);
  EXPECT_EQ(auroc(std::vector<std::uint8_t>{0, 2}, std::vector<double>{0, 1}).error().message,
            "outcome of row 2 is 2; it must be 0 or 1");
  EXPECT_EQ(auroc({}, {}).error().message, "undefined: no rows");
}

}  // namespace
}  // namespace relearn
