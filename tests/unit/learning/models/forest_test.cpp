#include "learning/models/forest/forest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "learning/models/tree_ensemble.h"
#include "unit/learning/models/tree_cases.h"

namespace relearn {
namespace {

Candidate forest_of(double trees, double leaf = 1, double depth = 0, double split = 2) {
  return {{{"trees", trees}, {"depth", depth}, {"split", split}, {"leaf", leaf}, {"columns", 0}}};
}

TreeEnsemble fit(const TreeCase& data, const Candidate& candidate, std::uint64_t seed = 1) {
  const CancelToken cancel;
  return std::get<TreeEnsemble>(
      forest_learner().fit(data.training(), candidate, seed, cancel).take_value());
}

TEST(Forest, OneSearchGivesTheSameBitsAsFittingEachCandidate) {
  for (const Weights weights : {Weights::One, Weights::Uneven}) {
    TreeCase data = make_tree_case(150, 7, 31, weights);
    std::vector<std::uint32_t> test(data.rows.begin() + 110, data.rows.end());
    data.rows.resize(110);
    const CancelToken cancel;
    for (const Grid grid : {Grid::Clinical, Grid::Notebooks}) {
      const auto candidates = forest_learner().grid(grid);
      const auto together =
          forest_learner().score_candidates(data.training(), candidates, test, 5, cancel);
      const auto one_by_one =
          forest_learner().Learner::score_candidates(data.training(), candidates, test, 5, cancel);
      EXPECT_EQ(together.value(), one_by_one.value());
      const std::set<double> different(together.value().begin(), together.value().end());
      EXPECT_GT(different.size(), candidates.size());
    }
  }
}

TEST(Forest, TheNotebooksGridHas108PointsAndNoGridHasAPointTwice) {
  EXPECT_EQ(forest_learner().grid(Grid::Notebooks).size(), 108u);
  for (const Grid grid : {Grid::Clinical, Grid::Notebooks}) {
    std::set<std::string> texts;
    const auto points = forest_learner().grid(grid);
    for (const Candidate& point : points) texts.insert(point.text());
    EXPECT_EQ(texts.size(), points.size());
  }
}

TEST(Forest, ThreeHundredTreesBeginWithTheFirstHundred) {
  const TreeCase data = make_tree_case(90, 5, 2);
  const TreeEnsemble small = fit(data, forest_of(100));
  const TreeEnsemble large = fit(data, forest_of(300));
  ASSERT_EQ(small.roots.size(), 100u);
  ASSERT_EQ(large.roots.size(), 300u);
  EXPECT_TRUE(std::equal(small.nodes.begin(), small.nodes.end(), large.nodes.begin()));
  EXPECT_NE(small, fit(data, forest_of(100), 2));
  EXPECT_EQ(small, fit(data, forest_of(100)));
}

TEST(Forest, SamplesAboutTwoThirdsOfTheRowsForEachTree) {
  // The mean of a root is the share of cases in the sample: it varies from tree to tree as the
  // bootstrap says, with variance p (1 - p) / n.
  const TreeCase data = make_tree_case(400, 3, 77);
  const TreeEnsemble stumps = fit(data, forest_of(2000, 1, 0, 1000));
  double sum = 0;
  double squares = 0;
  for (const TreeEnsemble::Node& root : stumps.nodes) {
    sum += static_cast<double>(root.value);
    squares += static_cast<double>(root.value) * static_cast<double>(root.value);
  }
  ASSERT_EQ(stumps.nodes.size(), 2000u);
  const double mean = sum / 2000;
  const double variance = squares / 2000 - mean * mean;
  double share = 0;
  for (const std::uint8_t outcome : data.outcomes) share += outcome / 400.0;
  EXPECT_NEAR(mean, share, 4 * std::sqrt(share * (1 - share) / 400 / 2000));
  EXPECT_NEAR(variance * 400 / (share * (1 - share)), 1, 0.13);  // 4 standard errors
}

TEST(Forest, ScalingAllWeightsByAPowerOfTwoChangesNothing) {
  TreeCase data = make_tree_case(120, 6, 14, Weights::Uneven);
  const TreeEnsemble before = fit(data, forest_of(20, 3));
  for (double& weight : data.weights) weight *= 1024;
  EXPECT_EQ(before, fit(data, forest_of(20, 3)));
}

TEST(Forest, LearnsASignalAndNotNoise) {
  TreeCase data = make_tree_case(600, 6, 41);
  std::vector<std::uint32_t> test(data.rows.begin() + 300, data.rows.end());
  data.rows.resize(300);
  const auto cases_above_others = [&](const TreeEnsemble& forest) {
    double above = 0;
    double pairs = 0;
    std::vector<double> scores;
    for (const std::uint32_t row : test)
      scores.push_back(score(forest, row_of(data.features, row)));
    for (std::size_t i = 0; i < test.size(); ++i) {
      for (std::size_t k = 0; k < test.size(); ++k) {
        if (data.outcomes[test[i]] <= data.outcomes[test[k]]) continue;
        above += scores[i] > scores[k] ? 1 : scores[i] == scores[k] ? 0.5 : 0;
        ++pairs;
      }
    }
    return above / pairs;
  };
  EXPECT_GT(cases_above_others(fit(data, forest_of(100, 5))), 0.75);
  Random random(1);
  random.shuffle(std::span(data.outcomes));
  EXPECT_NEAR(cases_above_others(fit(data, forest_of(100, 5))), 0.5, 0.14);  // 4 standard errors
}

TEST(Forest, NeedsBothClasses) {
  TreeCase data = make_tree_case(40, 3, 1);
  std::fill(data.outcomes.begin(), data.outcomes.end(), std::uint8_t{0});
  const CancelToken cancel;
  const auto fitted = forest_learner().fit(data.training(), forest_of(10), 1, cancel);
  ASSERT_FALSE(fitted.ok());
  EXPECT_EQ(fitted.error().kind, ErrorKind::NotReady);
}

TEST(Forest, StopsSoonWhenAsked) {
  const TreeCase data = make_tree_case(5000, 8, 3);
  CancelToken cancel;
  std::chrono::steady_clock::time_point asked;
  std::thread asker([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    asked = std::chrono::steady_clock::now();
    cancel.request();
  });
  const auto fitted = forest_learner().fit(data.training(), forest_of(100000), 1, cancel);
  const auto stopped = std::chrono::steady_clock::now();
  asker.join();
  ASSERT_FALSE(fitted.ok());
  EXPECT_EQ(fitted.error().kind, ErrorKind::Cancelled);
  EXPECT_LT(stopped - asked, std::chrono::milliseconds(200));
}

TEST(Forest, LearnsFromASampleForEachTreeWhenThereAreVeryManyRows) {
  TreeCase data = make_tree_case(120'000, 3, 19);
  std::vector<std::uint32_t> test(data.rows.begin(), data.rows.begin() + 20);
  const CancelToken cancel;
  const std::vector<Candidate> candidates = {forest_of(2, 20), forest_of(8, 500), forest_of(3, 20)};
  const auto together =
      forest_learner().score_candidates(data.training(), candidates, test, 5, cancel);
  const auto one_by_one =
      forest_learner().Learner::score_candidates(data.training(), candidates, test, 5, cancel);
  EXPECT_EQ(together.value(), one_by_one.value());
  // What the outcome was drawn from: the logistic function of -0.5 + the three columns.
  double error = 0;
  for (std::size_t i = 0; i < test.size(); ++i) {
    double truth = -0.5;
    for (const float x : row_of(data.features, test[i])) truth += static_cast<double>(x);
    const double learnt = together.value()[test.size() + i];
    error += std::abs(1 / (1 + std::exp(-learnt)) - 1 / (1 + std::exp(-truth)));
  }
  EXPECT_LT(error / static_cast<double>(test.size()), 0.1);
}

}  // namespace
}  // namespace relearn
