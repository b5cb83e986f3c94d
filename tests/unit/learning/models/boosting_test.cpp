#include "learning/models/boosting/boosting.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "learning/models/boosting/exact_boosting.h"
#include "learning/models/boosting/histogram_boosting.h"
#include "learning/models/tree_ensemble.h"
#include "unit/learning/models/tree_cases.h"

namespace relearn {
namespace {

Candidate boosting_of(double trees, double rate = 0.1, double depth = 3, double leaf = 1,
                      double rows = 1) {
  return {{{"trees", trees},
           {"rate", rate},
           {"depth", depth},
           {"split", 2},
           {"leaf", leaf},
           {"rows", rows}}};
}

TreeEnsemble fit(const TreeCase& data, const Candidate& candidate, std::uint64_t seed = 1) {
  const CancelToken cancel;
  return std::get<TreeEnsemble>(
      boosting_learner().fit(data.training(), candidate, seed, cancel).take_value());
}

double log_loss(const TreeCase& data, const TreeEnsemble& ensemble) {
  double loss = 0;
  double weight = 0;
  for (const std::uint32_t row : data.rows) {
    const double z = score(ensemble, row_of(data.features, row));
    loss += data.weights[row] * std::log1p(std::exp(data.outcomes[row] != 0 ? -z : z));
    weight += data.weights[row];
  }
  return loss / weight;
}

TEST(Boosting, OneSearchGivesTheSameBitsAsFittingEachCandidate) {
  for (const Weights weights : {Weights::One, Weights::Uneven}) {
    TreeCase data = make_tree_case(150, 7, 31, weights);
    std::vector<std::uint32_t> test(data.rows.begin() + 110, data.rows.end());
    data.rows.resize(110);
    const CancelToken cancel;
    for (const Grid grid : {Grid::Clinical, Grid::Notebooks}) {
      const auto candidates = boosting_learner().grid(grid);
      const auto together =
          boosting_learner().score_candidates(data.training(), candidates, test, 5, cancel);
      const auto one_by_one = boosting_learner().Learner::score_candidates(
          data.training(), candidates, test, 5, cancel);
      EXPECT_EQ(together.value(), one_by_one.value());
      const std::set<double> different(together.value().begin(), together.value().end());
      EXPECT_GT(different.size(), candidates.size());
    }
  }
}

TEST(Boosting, TheNotebooksGridHas72PointsAndNoGridHasAPointTwice) {
  EXPECT_EQ(boosting_learner().grid(Grid::Notebooks).size(), 72u);
  for (const Grid grid : {Grid::Clinical, Grid::Notebooks}) {
    std::set<std::string> texts;
    const auto points = boosting_learner().grid(grid);
    for (const Candidate& point : points) texts.insert(point.text());
    EXPECT_EQ(texts.size(), points.size());
  }
}

TEST(Boosting, WithoutTreesTheScoreIsTheLogOddsOfTheShareOfCases) {
  const TreeCase data = make_tree_case(100, 3, 5, Weights::Uneven);
  double cases = 0;
  double total = 0;
  for (std::size_t i = 0; i < 100; ++i) {
    cases += data.weights[i] * data.outcomes[i];
    total += data.weights[i];
  }
  const double x[] = {0, 0, 0};
  EXPECT_NEAR(score(fit(data, boosting_of(0)), std::vector<float>(std::begin(x), std::end(x))),
              std::log(cases / (total - cases)), 1e-12);
}

TEST(Boosting, TheFirstTreesLeavesAreNewtonStepsFromTheShareOfCases) {
  const TreeCase data = make_tree_case(200, 4, 6);
  const double rate = 0.3;
  const TreeEnsemble one = fit(data, boosting_of(1, rate, 2));
  const double base = 1 / (1 + std::exp(-one.base));
  for (std::size_t n = 0; n < one.nodes.size(); ++n) {
    if (one.nodes[n].feature >= 0) continue;
    double rows = 0;
    double cases = 0;
    for (const std::uint32_t row : data.rows) {
      const double step = score(one, row_of(data.features, row)) - one.base;
      if (std::abs(step - static_cast<double>(one.nodes[n].value)) > 1e-12) continue;
      ++rows;
      cases += data.outcomes[row];
    }
    ASSERT_GT(rows, 0);
    const double newton = (cases - rows * base) / (rows * base * (1 - base));
    EXPECT_NEAR(static_cast<double>(one.nodes[n].value), rate * newton, 1e-6);
  }
}

TEST(Boosting, TheLossOfTheTrainingRowsFallsWithEveryFewTrees) {
  const TreeCase data = make_tree_case(300, 6, 8, Weights::Uneven);
  double before = log_loss(data, fit(data, boosting_of(0)));
  for (const double trees : {5, 10, 20, 40, 80}) {
    const double after = log_loss(data, fit(data, boosting_of(trees)));
    EXPECT_LT(after, before);
    before = after;
  }
}

TEST(Boosting, AWeightOfTwoIsTheSameAsBeingThereTwice) {
  TreeCase once = make_tree_case(150, 4, 15);
  TreeCase twice = make_tree_case(150, 4, 15);
  twice.features.rows = 300;
  twice.features.values.clear();
  for (std::size_t j = 0; j < 4; ++j) {
    for (std::size_t i = 0; i < 300; ++i)
      twice.features.values.push_back(once.features.at(i / 2, j));
  }
  twice.outcomes.clear();
  twice.weights.assign(300, 1.0);
  for (std::size_t i = 0; i < 300; ++i) twice.outcomes.push_back(once.outcomes[i / 2]);
  twice.rows.resize(300);
  std::iota(twice.rows.begin(), twice.rows.end(), 0u);
  once.weights.assign(150, 2.0);
  const TreeEnsemble a = fit(once, boosting_of(30));
  const TreeEnsemble b = fit(twice, boosting_of(30));
  for (std::size_t i = 0; i < 150; ++i) {
    const auto x = row_of(once.features, i);
    EXPECT_NEAR(score(a, x), score(b, x), 1e-5);
  }
}

TEST(Boosting, HalfTheRowsOrAllEverythingDependsOnTheSeedOnlyWhenRowsAreDrawn) {
  const TreeCase data = make_tree_case(120, 5, 16);
  EXPECT_EQ(fit(data, boosting_of(20), 1), fit(data, boosting_of(20), 2));
  const Candidate half = boosting_of(20, 0.1, 3, 1, 0.5);
  EXPECT_EQ(fit(data, half, 1), fit(data, half, 1));
  EXPECT_NE(fit(data, half, 1), fit(data, half, 2));
  EXPECT_LT(log_loss(data, fit(data, half)), log_loss(data, fit(data, boosting_of(0))));
}

TEST(Boosting, AllColumnsAreTheSameAsNotSayingHowMany) {
  const TreeCase data = make_tree_case(120, 5, 16);
  Candidate all = boosting_of(20);
  all.settings.emplace_back("columns", 1.0);
  EXPECT_EQ(fit(data, all), fit(data, boosting_of(20)));
}

TEST(Boosting, AShareOfTheColumnsLetsWeakerOnesSpeakToo) {
  const TreeCase data = make_tree_case(200, 6, 18);
  const auto columns_at_roots = [&](const Candidate& candidate) {
    const TreeEnsemble ensemble = fit(data, candidate);
    std::set<std::int32_t> columns;
    for (const std::int32_t root : ensemble.roots) {
      columns.insert(ensemble.nodes[static_cast<std::size_t>(root)].feature);
    }
    return columns;
  };
  const Candidate all = boosting_of(6, 0.05, 1);
  Candidate one = all;
  one.settings.emplace_back("columns", 0.01);  // at least one
  one.settings[0].second = 60;
  EXPECT_EQ(columns_at_roots(one).size(), 6u);
  EXPECT_LT(columns_at_roots(all).size(), 6u);
  EXPECT_NE(fit(data, one, 1), fit(data, one, 2));
}

TEST(Boosting, SeparatedClassesAndManyTreesKeepEveryScoreFinite) {
  TreeCase data = make_tree_case(60, 3, 17);
  for (std::size_t i = 0; i < 60; ++i) data.outcomes[i] = data.features.at(i, 0) > 0 ? 1 : 0;
  data.outcomes[0] ^= 1;  // one row that contradicts what has long become certain
  for (const double depth : {1, 7}) {
    const TreeEnsemble ensemble = fit(data, boosting_of(2000, 1, depth));
    for (const TreeEnsemble::Node& node : ensemble.nodes) {
      EXPECT_LE(std::abs(static_cast<double>(node.value)), kLogOddsStepMax);
    }
    EXPECT_LT(log_loss(data, ensemble), 0.7);
  }
}

TEST(Boosting, NeedsBothClasses) {
  TreeCase data = make_tree_case(40, 3, 1);
  std::fill(data.outcomes.begin(), data.outcomes.end(), std::uint8_t{1});
  const CancelToken cancel;
  const auto fitted = boosting_learner().fit(data.training(), boosting_of(10), 1, cancel);
  ASSERT_FALSE(fitted.ok());
  EXPECT_EQ(fitted.error().kind, ErrorKind::NotReady);
}

TEST(Boosting, StopsSoonWhenAsked) {
  const TreeCase data = make_tree_case(20'000, 12, 3);
  CancelToken cancel;
  std::chrono::steady_clock::time_point asked;
  std::thread asker([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    asked = std::chrono::steady_clock::now();
    cancel.request();
  });
  const auto fitted = boosting_learner().fit(data.training(), boosting_of(1e6), 1, cancel);
  const auto stopped = std::chrono::steady_clock::now();
  asker.join();
  ASSERT_FALSE(fitted.ok());
  EXPECT_EQ(fitted.error().kind, ErrorKind::Cancelled);
  // All of it would take minutes.
  EXPECT_LT(stopped - asked, std::chrono::seconds(5));
}

/// Columns of at most 41 different whole numbers: quantiles lose nothing, and patients stand
/// exactly on thresholds.
TreeCase make_whole_number_case(std::size_t rows) {
  TreeCase data = make_tree_case(rows, 4, 23);
  for (float& value : data.features.values) {
    value = std::clamp(std::round(value * 5), -20.0f, 20.0f);
  }
  return data;
}

TEST(Boosting, XgboostsFirstTreeIsTheExactOne) {
  // All variances are equal before the first tree, so that both criteria choose the same cuts.
  TreeCase data = make_whole_number_case(3000);
  const CancelToken cancel;
  const Candidate one = boosting_of(1, 0.5, 4);
  for (const double weight_of_cases : {1, 3}) {
    for (std::size_t i = 0; i < 3000; ++i) {
      data.weights[i] = data.outcomes[i] != 0 ? weight_of_cases : 1.0;
    }
    const TreeEnsemble exact = fit(data, one);
    const TreeEnsemble histogram =
        fit_histogram_boosting(data.training(), read_boosting_settings(one), 1, cancel)
            .take_value();
    ASSERT_EQ(histogram.nodes.size(), exact.nodes.size());
    EXPECT_GT(exact.nodes.size(), 20u);
    for (const std::uint32_t row : data.rows) {
      const auto x = row_of(data.features, row);
      EXPECT_NEAR(score(histogram, x), score(exact, x), 1e-5);
    }
  }
}

TEST(Boosting, XgboostTakesOverWhenThereAreVeryManyRowsAndKeepsThePromisesOfALearner) {
  TreeCase data = make_whole_number_case(kExactRowsMax + 2000);
  std::vector<std::uint32_t> test(data.rows.begin(), data.rows.begin() + 500);
  const CancelToken cancel;
  const std::vector<Candidate> candidates = {boosting_of(5), boosting_of(12), boosting_of(8, 0.3),
                                             boosting_of(6, 0.1, 3, 5, 0.5)};
  const auto together =
      boosting_learner().score_candidates(data.training(), candidates, test, 5, cancel);
  const auto one_by_one =
      boosting_learner().Learner::score_candidates(data.training(), candidates, test, 5, cancel);
  EXPECT_EQ(together.value(), one_by_one.value());
  EXPECT_EQ(fit(data, candidates[1]), fit(data, candidates[1]));
  EXPECT_LT(log_loss(data, fit(data, candidates[1])), log_loss(data, fit(data, candidates[0])));
  CancelToken stop;
  stop.request();
  EXPECT_EQ(boosting_learner().fit(data.training(), candidates[0], 1, stop).error().kind,
            ErrorKind::Cancelled);
}

}  // namespace
}  // namespace relearn
