#include "learning/models/risk_scorer.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/random.h"

namespace relearn {
namespace {

/// A stump for each of `trees` random thresholds of random columns.
TreeEnsemble stumps(TreeEnsemble::Combine combine, int trees, int columns, Random& random) {
  TreeEnsemble ensemble;
  ensemble.combine = combine;
  for (int t = 0; t < trees; ++t) {
    const auto first = static_cast<std::int32_t>(ensemble.nodes.size());
    ensemble.roots.push_back(first);
    ensemble.nodes.push_back({static_cast<std::int32_t>(random.below(columns)),
                              static_cast<float>(random.normal()), first + 1, first + 2, 0});
    ensemble.nodes.push_back({-1, 0, -1, -1, static_cast<float>(random.uniform())});
    ensemble.nodes.push_back({-1, 0, -1, -1, static_cast<float>(random.uniform())});
  }
  return ensemble;
}

TEST(RiskScorer, GivesTheSameLogOddsAsTheModelItIsMadeFrom) {
  constexpr std::uint32_t kColumns = 4;
  Random random(5);
  RiskModel model;
  for (std::uint32_t j = 0; j < kColumns; ++j) {
    model.inputs.push_back({"x", PredictorKind::Real, {}, MissingPolicy::Impute});
    model.encoder.columns.push_back({j, EncodedColumn::Kind::Value, 0.5f, 0});
    model.reference.push_back(0.5f);
  }
  model.members = {
      {"forest", stumps(TreeEnsemble::Combine::Average, 37, kColumns, random), {0.1, 0.9}, 0.25},
      {"logistic", LinearModel{0.2, {1, -1, 0.5, 0}}, {}, 0.5},
      {"boosting", stumps(TreeEnsemble::Combine::Sum, 11, kColumns, random), {}, 0.25}};
  model.calibration = {0.05, 1.1};
  const RiskScorer scorer(model);
  for (int patient = 0; patient < 500; ++patient) {
    std::vector<float> raw;
    for (std::uint32_t j = 0; j < kColumns; ++j) {
      raw.push_back(random.below(5) == 0 ? std::numeric_limits<float>::quiet_NaN()
                                         : static_cast<float>(random.normal()));
    }
    ASSERT_EQ(scorer.log_odds(raw), model.log_odds(raw));
    ASSERT_EQ(scorer.risk(raw), model.risk(raw));
  }
}

}  // namespace
}  // namespace relearn
