#include "learning/models/trees/tree_scorer.h"

#include <gtest/gtest.h>

#include <limits>

#include "learning/models/boosting/boosting.h"
#include "learning/models/forest/forest.h"
#include "learning/models/tree_ensemble.h"
#include "unit/learning/models/tree_cases.h"

namespace relearn {
namespace {

TEST(TreeScorer, GivesTheSameBitsAsWalkingTreeByTree) {
  const TreeCase data = make_tree_case(300, 9, 3);
  const CancelToken cancel;
  for (const Learner* learner : {&forest_learner(), &boosting_learner()}) {
    for (const double trees : {1, 9, 10, 11, 300}) {
      const Candidate candidate{{{"trees", trees},
                                 {"rate", 0.1},
                                 {"depth", 6},
                                 {"split", 2},
                                 {"leaf", 1},
                                 {"columns", 0},
                                 {"rows", 1}}};
      const Model model = learner->fit(data.training(), candidate, 7, cancel).take_value();
      const TreeScorer scorer(std::get<TreeEnsemble>(model));
      for (const std::uint32_t row : data.rows) {
        const auto x = row_of(data.features, row);
        EXPECT_EQ(scorer.score(x), score(std::get<TreeEnsemble>(model), x));
      }
    }
  }
}

TEST(TreeScorer, ValuesOnAThresholdAndBeyondAllOfThemGoTheSameWay) {
  TreeEnsemble ensemble;
  ensemble.base = -1;
  ensemble.roots = {0, 3};
  ensemble.nodes = {{.feature = 1, .threshold = 2.5f, .left = 1, .right = 2},
                    {.value = 10},
                    {.value = 20},
                    {.value = 0.5f}};
  const TreeScorer scorer(ensemble);
  const float infinity = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const auto& [x, expected] : std::vector<std::pair<float, double>>{
           {2.5f, 9.5}, {2.5000002f, 19.5}, {-infinity, 9.5}, {infinity, 19.5}, {nan, 9.5}}) {
    const std::vector<float> patient = {nan, x};
    EXPECT_EQ(score(ensemble, patient), expected);
    EXPECT_EQ(scorer.score(patient), expected);
  }
}

TEST(TreeScorer, AnEnsembleWithoutTreesIsItsBase) {
  TreeEnsemble ensemble;
  ensemble.base = 0.25;
  EXPECT_EQ(TreeScorer(ensemble).score({}), 0.25);
}

}  // namespace
}  // namespace relearn
