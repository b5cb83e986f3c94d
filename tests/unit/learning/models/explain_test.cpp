#include "learning/models/explain.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "base/random.h"

namespace relearn {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

RiskModel model_of(std::size_t inputs, std::vector<Member> members) {
  RiskModel model;
  for (std::size_t j = 0; j < inputs; ++j) {
    model.inputs.push_back({"x" + std::to_string(j), PredictorKind::Real, {}, {}});
    model.encoder.columns.push_back(
        {static_cast<std::uint32_t>(j), EncodedColumn::Kind::Value, 1.0f, 0});
    model.reference.push_back(1.0f);
  }
  model.members = std::move(members);
  model.calibration = {-0.3, 1.2};
  return model;
}

/// A model in which the inputs work together.
Member bumps(std::size_t inputs) {
  KernelModel kernel{0.3, 0.1, std::vector<double>(inputs, 0.0), std::vector<double>(inputs, 1.0),
                     {},  {}};
  Random random(4);
  for (int m = 0; m < 6; ++m) {
    kernel.weights.push_back(3 * random.normal());
    for (std::size_t j = 0; j < inputs; ++j) kernel.support.push_back(random.normal());
  }
  return {"svm", kernel, {0.2, 0.9}, 1};
}

/// Thirty whole trees of depth 4 that ask whatever they like; leaves between 0.1 and 0.9.
Member grown(std::size_t inputs, TreeEnsemble::Combine combine) {
  constexpr std::int32_t kInner = 15;
  TreeEnsemble trees{combine, 0.1, {}, {}};
  Random random(5);
  for (int tree = 0; tree < 30; ++tree) {
    const auto root = static_cast<std::int32_t>(trees.nodes.size());
    trees.roots.push_back(root);
    for (std::int32_t i = 0; i < kInner; ++i) {
      trees.nodes.push_back({static_cast<std::int32_t>(random.below(inputs)),
                             static_cast<float>(random.normal()), root + 2 * i + 1,
                             root + 2 * i + 2, 0});
    }
    for (std::int32_t i = 0; i <= kInner; ++i) {
      trees.nodes.push_back({.value = static_cast<float>(0.1 + 0.8 * random.uniform())});
    }
  }
  return {"trees", std::move(trees), {0.1, 0.8}, 1};
}

double sum_of(const std::vector<Contribution>& reasons) {
  double sum = 0;
  for (const Contribution& reason : reasons) sum += reason.log_odds;
  return sum;
}

/// Shapley values by their definition: the mean over all orders.
std::vector<double> shapley_by_all_orders(const RiskModel& model, const std::vector<float>& raw) {
  std::vector<std::size_t> order(raw.size());
  std::iota(order.begin(), order.end(), 0u);
  std::vector<double> values(raw.size(), 0.0);
  double orders = 0;
  do {
    std::vector<float> patient = model.reference;
    for (const std::size_t input : order) {
      const double before = model.log_odds(patient);
      patient[input] = raw[input];
      values[input] += model.log_odds(patient) - before;
    }
    ++orders;
  } while (std::ranges::next_permutation(order).found);
  for (double& value : values) value /= orders;
  return values;
}

TEST(Reasons, OfAnAdditiveModelAreTheMovesOfItsTerms) {
  const SplineModel spline{0, {0.5, 0, 0}, {{2, {0, 1, 2}, {4.0}}}};
  const RiskModel model = model_of(3, {{"logistic", LinearModel{7, {2.0, -1.0, 0}}, {0, 0.5}, 0.5},
                                       {"spline_logistic", spline, {}, 0.5}});
  const auto reasons = explain(model, std::vector<float>{3, 0, 5});
  ASSERT_EQ(reasons.size(), 3u);
  EXPECT_NEAR(reasons[0].log_odds, 1.2 * (0.5 * 0.5 * 2.0 * 2 + 0.5 * 0.5 * 2), 1e-12);
  EXPECT_NEAR(reasons[1].log_odds, 1.2 * (0.5 * 0.5 * -1.0 * -1), 1e-12);
  const double bend = spline_basis(std::vector<double>{0, 1, 2}, 0, 5) -
                      spline_basis(std::vector<double>{0, 1, 2}, 0, 1);
  EXPECT_NEAR(reasons[2].log_odds, 1.2 * 0.5 * 4.0 * bend, 1e-12);
}

TEST(Reasons, AlwaysAddUpToTheDifferenceFromTheTypicalPatient) {
  Random random(8);
  const RiskModel model =
      model_of(7, {bumps(7), {"logistic", LinearModel{0, std::vector<double>(7, 0.3)}, {}, 1}});
  for (int patient = 0; patient < 50; ++patient) {
    std::vector<float> raw;
    for (int j = 0; j < 7; ++j) {
      raw.push_back(random.uniform() < 0.2 ? kMissing : static_cast<float>(2 * random.normal()));
    }
    const auto reasons = explain(model, raw);
    EXPECT_NEAR(sum_of(reasons), model.log_odds(raw) - model.log_odds(model.reference), 1e-12);
  }
}

void expect_exact(const RiskModel& model, const std::vector<float>& raw) {
  const auto exact = shapley_by_all_orders(model, raw);
  const auto reasons = explain(model, raw);
  double size = 0;
  for (const double value : exact) size += std::fabs(value);
  EXPECT_GT(size, 0.1);
  for (std::size_t i = 0; i < raw.size(); ++i) EXPECT_NEAR(reasons[i].log_odds, exact[i], 1e-12);
}

TEST(Reasons, AreShapleyValuesWhereInputsWorkTogether) {
  expect_exact(model_of(2, {bumps(2)}), {-0.5f, 0.2f});
  const std::vector<float> raw = {-0.5f, 0.2f, 0.0f, 1.5f, -1.0f, 0.4f};
  expect_exact(model_of(6, {bumps(6)}), raw);
  expect_exact(model_of(6, {grown(6, TreeEnsemble::Combine::Sum)}), raw);
  // Of a forest of one tree with one question on the way to any leaf that matters.
  TreeEnsemble one{TreeEnsemble::Combine::Average, 0, {}, {0}};
  one.nodes = {{0, 0.5f, 1, 2, 0}, {.value = 0.2f}, {.value = 0.7f}};
  expect_exact(model_of(1, {{"forest", one, {0.1, 0.8}, 1}}), {-0.5f});
}

TEST(Reasons, OfAForestAreThoseOfItsMean) {
  const std::vector<float> raw = {-0.5f, 0.2f, 0.0f, 1.5f, -1.0f, 0.4f};
  Member forest = grown(6, TreeEnsemble::Combine::Average);
  const auto reasons = explain(model_of(6, {forest}), raw);
  std::get<TreeEnsemble>(forest.model).combine = TreeEnsemble::Combine::Sum;
  const auto of_mean = shapley_by_all_orders(model_of(6, {forest}), raw);
  const double factor = reasons[0].log_odds / of_mean[0];
  EXPECT_GT(factor, 0);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(reasons[i].log_odds, factor * of_mean[i], 1e-12);
  }
}

TEST(Reasons, OfTreesAddUp) {
  Random random(9);
  for (const auto combine : {TreeEnsemble::Combine::Sum, TreeEnsemble::Combine::Average}) {
    const RiskModel model = model_of(7, {grown(7, combine)});
    for (int patient = 0; patient < 50; ++patient) {
      std::vector<float> raw;
      for (int j = 0; j < 7; ++j) {
        raw.push_back(random.uniform() < 0.2 ? kMissing : static_cast<float>(2 * random.normal()));
      }
      const ExplainedRisk explained = explain_risk(model, raw);
      EXPECT_EQ(explained.log_odds, model.log_odds(raw));
      EXPECT_EQ(explained.typical_log_odds, model.log_odds(model.reference));
      EXPECT_NEAR(sum_of(explained.reasons), explained.log_odds - explained.typical_log_odds,
                  1e-12);
    }
  }
}

TEST(Reasons, SayNothingAboutWhatIsAsInTheTypicalPatient) {
  const RiskModel model = model_of(4, {bumps(4)});
  const auto reasons = explain(model, std::vector<float>{0.0f, 1.0f, 3.0f, 1.0f});
  EXPECT_EQ(reasons[1].log_odds, 0);
  EXPECT_EQ(reasons[3].log_odds, 0);
  EXPECT_NE(reasons[0].log_odds, 0);
  const auto nothing = explain(model, model.reference);
  for (const Contribution& reason : nothing) EXPECT_EQ(reason.log_odds, 0);
}

TEST(Reasons, CountThatAValueIsMissing) {
  RiskModel model = model_of(1, {{"logistic", LinearModel{0, {1.0, 2.0}}, {}, 1}});
  model.encoder.columns.push_back({0, EncodedColumn::Kind::IsMissing, 0, 0});
  EXPECT_NEAR(explain(model, std::vector{kMissing})[0].log_odds, 1.2 * 2.0, 1e-12);
}

TEST(Reasons, AreTheSameEachTime) {
  const RiskModel model = model_of(5, {bumps(5)});
  const std::vector<float> raw = {2, 3, -1, 0, 0.5f};
  const auto first = explain(model, raw);
  const auto second = explain(model, raw);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(first[i].log_odds, second[i].log_odds);
}

}  // namespace
}  // namespace relearn
