// What every family of the catalogue promises, whoever wrote it. A new family is tested here
// without a line being added, except for how much the order of the rows may matter to it.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <map>
#include <string>
#include <thread>

#include "base/parallel.h"
#include "contracts/planted_people.h"
#include "learning/models/catalog.h"

namespace relearn {
namespace {

using testing::add_column;
using testing::auroc_by_pairs;
using testing::People;
using testing::planted_people;

constexpr std::uint64_t kSeed = 11;
constexpr std::size_t kColumns = 5;

Model fitted(const Learner& learner, const People& people, const Candidate& candidate) {
  const CancelToken cancel;
  return learner.fit(people.training(), candidate, kSeed, cancel).take_value();
}

std::vector<double> scores_of(const Model& model, const People& people) {
  std::vector<double> scores;
  for (const std::uint32_t i : people.rows) scores.push_back(score(model, people.row(i)));
  return scores;
}

/// A candidate from the middle of the default grid: neither the stiffest nor the loosest.
Candidate ordinary(const Learner& learner) {
  const auto grid = learner.grid(Grid::Clinical);
  return grid[grid.size() / 2];
}

class ModelFamily : public ::testing::TestWithParam<const Learner*> {
 protected:
  const Learner& learner() const { return *GetParam(); }
  const CancelToken cancel_;
};

TEST_P(ModelFamily, IsFoundByItsName) { EXPECT_EQ(find_learner(learner().family()), &learner()); }

TEST_P(ModelFamily, WantsTheFillingThatItsModelsAreScoredWith) {
  const People people = planted_people(120, kColumns, 1.0, 1);
  for (const Grid which : {Grid::Clinical, Grid::Notebooks}) {
    for (const Candidate& candidate : {learner().grid(which).front(), learner().grid(which).back()})
      EXPECT_EQ(filling_of(fitted(learner(), people, candidate)), learner().filling());
  }
}

TEST_P(ModelFamily, NamesEachCandidateOfAGridOnce) {
  for (const Grid which : {Grid::Clinical, Grid::Notebooks}) {
    const auto grid = learner().grid(which);
    ASSERT_FALSE(grid.empty());
    for (std::size_t a = 0; a < grid.size(); ++a) {
      for (std::size_t b = 0; b < a; ++b) EXPECT_NE(grid[a].text(), grid[b].text());
    }
  }
}

TEST_P(ModelFamily, GivesEveryPatientAFiniteScoreWithEveryCandidate) {
  const People people = planted_people(120, kColumns, 1.0, 1);
  for (const Grid which : {Grid::Clinical, Grid::Notebooks}) {
    const auto grid = learner().grid(which);
    const auto scores =
        learner().score_candidates(people.training(), grid, people.rows, kSeed, cancel_);
    ASSERT_TRUE(scores.ok()) << scores.error().message;
    ASSERT_EQ(scores.value().size(), grid.size() * people.rows.size());
    for (const double value : scores.value()) ASSERT_TRUE(std::isfinite(value));
  }
}

TEST_P(ModelFamily, ScoresAllCandidatesToTheSameBitAsOneByOne) {
  const People people = planted_people(120, kColumns, 1.0, 2);
  const std::vector<std::uint32_t> test = {3, 17, 44, 101};
  for (const Grid which : {Grid::Clinical, Grid::Notebooks}) {
    const auto grid = learner().grid(which);
    const auto together =
        learner().score_candidates(people.training(), grid, test, kSeed, cancel_).take_value();
    for (std::size_t c = 0; c < grid.size(); c += which == Grid::Clinical ? 1 : 7) {
      const Model model = fitted(learner(), people, grid[c]);
      for (std::size_t i = 0; i < test.size(); ++i) {
        EXPECT_EQ(score(model, people.row(test[i])), together[c * test.size() + i])
            << grid[c].text();
      }
    }
  }
}

TEST_P(ModelFamily, LearnsTheSameModelFromTheSameSeedOnAnyNumberOfThreads) {
  const People people = planted_people(150, kColumns, 1.0, 3);
  const auto grid = learner().grid(Grid::Clinical);
  const auto fit_all = [&](unsigned threads) {
    std::vector<Model> models(grid.size());
    const auto done = parallel_for(grid.size(), threads, cancel_, [&](std::size_t c) {
      models[c] = fitted(learner(), people, grid[c]);
      return Result<void>();
    });
    EXPECT_TRUE(done.ok());
    return models;
  };
  EXPECT_EQ(fit_all(1), fit_all(2));
}

TEST_P(ModelFamily, LooksAtNoRowButTheTrainingRows) {
  People people = planted_people(200, kColumns, 1.0, 4);
  people.rows.resize(150);
  const Model before = fitted(learner(), people, ordinary(learner()));
  for (std::size_t i = 150; i < 200; ++i) {
    people.outcomes[i] = 1 - people.outcomes[i];
    for (std::size_t j = 0; j < kColumns; ++j) people.features.values[j * 200 + i] = 1e6f;
  }
  EXPECT_EQ(fitted(learner(), people, ordinary(learner())), before);
}

/// How far a patient's score may move when the training rows come in another order, as a share of
/// the scores' standard deviation.
double row_order_tolerance(const std::string& family) {
  const std::map<std::string, double> declared = {
      {"logistic", 1e-9},         // rounding of sums
      {"spline_logistic", 1e-9},  // rounding of sums
      {"svm", 0.01},              // LIBSVM stops at a violation of 1e-3
      {"boosting", 0.3},          // subsamples are drawn by position
      {"forest", 0.2},            // bootstrap samples are drawn by position
  };
  const auto found = declared.find(family);
  EXPECT_NE(found, declared.end()) << family << " does not say what the order of rows may do";
  return found == declared.end() ? 0.0 : found->second;
}

TEST_P(ModelFamily, DoesNotCareInWhichOrderPatientsCome) {
  const People people = planted_people(300, kColumns, 1.0, 5);
  People shuffled = people;
  std::vector<std::uint32_t> order = people.rows;
  Random(6).shuffle(std::span(order));
  for (std::size_t i = 0; i < order.size(); ++i) {
    shuffled.outcomes[i] = people.outcomes[order[i]];
    for (std::size_t j = 0; j < kColumns; ++j) {
      shuffled.features.values[j * order.size() + i] = people.features.at(order[i], j);
    }
  }
  const Candidate candidate = ordinary(learner());
  const auto scores = scores_of(fitted(learner(), people, candidate), people);
  const auto moved = scores_of(fitted(learner(), shuffled, candidate), people);
  double mean = 0, variance = 0, difference = 0;
  for (const double value : scores) mean += value / static_cast<double>(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    variance += (scores[i] - mean) * (scores[i] - mean);
    difference += (scores[i] - moved[i]) * (scores[i] - moved[i]);
  }
  EXPECT_LE(std::sqrt(difference / variance), row_order_tolerance(std::string(learner().family())));
}

TEST_P(ModelFamily, LearnsAPlantedSignalFromStrangers) {
  const People people = planted_people(500, kColumns, 2.0, 7);
  const People strangers = planted_people(500, kColumns, 2.0, 8);
  for (const Candidate& candidate : learner().grid(Grid::Clinical)) {
    const auto scores = scores_of(fitted(learner(), people, candidate), strangers);
    EXPECT_GT(auroc_by_pairs(scores, strangers.outcomes), 0.80) << candidate.text();
  }
}

TEST_P(ModelFamily, DoesNotLearnFromNoise) {
  const People people = planted_people(500, kColumns, 0.0, 9);
  const People strangers = planted_people(1000, kColumns, 0.0, 10);
  for (const Candidate& candidate : learner().grid(Grid::Clinical)) {
    const auto scores = scores_of(fitted(learner(), people, candidate), strangers);
    // Four standard errors of an AUROC of 0.5 with 500 and 500 people.
    EXPECT_NEAR(auroc_by_pairs(scores, strangers.outcomes), 0.5, 0.075) << candidate.text();
  }
}

TEST_P(ModelFamily, TurnsAroundWhenTheOutcomesAreTurnedAround) {
  People people = planted_people(400, kColumns, 1.5, 12);
  const People strangers = planted_people(400, kColumns, 1.5, 13);
  const Candidate candidate = ordinary(learner());
  const auto scores = scores_of(fitted(learner(), people, candidate), strangers);
  for (std::uint8_t& outcome : people.outcomes) outcome = 1 - outcome;
  const auto turned = scores_of(fitted(learner(), people, candidate), strangers);
  EXPECT_NEAR(auroc_by_pairs(turned, strangers.outcomes),
              1 - auroc_by_pairs(scores, strangers.outcomes), 0.02);
}

TEST_P(ModelFamily, IsNotHarmedByAColumnThatRepeatsAnother) {
  People people = planted_people(400, kColumns, 1.5, 14);
  People strangers = planted_people(400, kColumns, 1.5, 15);
  const Candidate candidate = ordinary(learner());
  const double before = auroc_by_pairs(scores_of(fitted(learner(), people, candidate), strangers),
                                       strangers.outcomes);
  for (People* group : {&people, &strangers}) {
    const auto first = group->features.column(0);
    add_column(*group, std::vector<float>(first.begin(), first.end()));
  }
  const double after = auroc_by_pairs(scores_of(fitted(learner(), people, candidate), strangers),
                                      strangers.outcomes);
  EXPECT_NEAR(after, before, 0.03);
}

TEST_P(ModelFamily, IgnoresWhatAPatientHasWhereAllTrainingPatientsWereTheSame) {
  People people = planted_people(200, kColumns, 1.0, 16);
  add_column(people, std::vector<float>(200, 7.0f));
  const Model model = fitted(learner(), people, ordinary(learner()));
  for (const std::uint32_t i : {0u, 50u, 199u}) {
    std::vector<float> x = people.row(i);
    const double before = score(model, x);
    x.back() = 1000.0f;
    EXPECT_NEAR(score(model, x), before, 1e-9);
  }
}

TEST_P(ModelFamily, IsNotReadyWhenAllPatientsHaveTheSameOutcome) {
  for (const std::uint8_t outcome : {std::uint8_t{0}, std::uint8_t{1}}) {
    People people = planted_people(60, kColumns, 1.0, 17);
    std::ranges::fill(people.outcomes, outcome);
    const auto grid = learner().grid(Grid::Clinical);
    const auto fit = learner().fit(people.training(), grid.front(), kSeed, cancel_);
    ASSERT_FALSE(fit.ok());
    EXPECT_EQ(fit.error().kind, ErrorKind::NotReady);
    const auto scores =
        learner().score_candidates(people.training(), grid, people.rows, kSeed, cancel_);
    ASSERT_FALSE(scores.ok());
    EXPECT_EQ(scores.error().kind, ErrorKind::NotReady);
  }
}

TEST_P(ModelFamily, ObeysWeightsOrRefusesThem) {
  // Every second outcome is wrong, and hardly weighs anything.
  People people = planted_people(400, kColumns, 2.0, 18);
  const People strangers = planted_people(400, kColumns, 2.0, 19);
  for (std::size_t i = 0; i < 400; i += 2) {
    people.outcomes[i] = 1 - people.outcomes[i];
    people.weights[i] = 1e-4;
  }
  const Candidate candidate = ordinary(learner());
  const auto weighted = learner().fit(people.training(), candidate, kSeed, cancel_);
  if (!weighted.ok()) {
    EXPECT_EQ(weighted.error().kind, ErrorKind::NotReady);
    return;
  }
  const double obeyed = auroc_by_pairs(scores_of(weighted.value(), strangers), strangers.outcomes);
  people.weights.assign(400, 1.0);
  const double misled = auroc_by_pairs(scores_of(fitted(learner(), people, candidate), strangers),
                                       strangers.outcomes);
  EXPECT_GT(obeyed, 0.8);
  EXPECT_LT(misled, 0.7);
}

TEST_P(ModelFamily, DoesNotBeginAfterARequestToStop) {
  const People people = planted_people(100, kColumns, 1.0, 20);
  CancelToken cancel;
  cancel.request();
  const auto grid = learner().grid(Grid::Clinical);
  const auto fit = learner().fit(people.training(), grid.front(), kSeed, cancel);
  ASSERT_FALSE(fit.ok());
  EXPECT_EQ(fit.error().kind, ErrorKind::Cancelled);
  const auto scores =
      learner().score_candidates(people.training(), grid, people.rows, kSeed, cancel);
  ASSERT_FALSE(scores.ok());
  EXPECT_EQ(scores.error().kind, ErrorKind::Cancelled);
}

TEST_P(ModelFamily, StopsSoonWhenAskedWhileItWorks) {
  using std::chrono::steady_clock;
  const People people = planted_people(700, 8, 1.0, 21);
  const auto grid = learner().grid(Grid::Notebooks);
  CancelToken cancel;
  std::atomic<steady_clock::time_point> requested{};
  std::jthread impatient([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    requested = steady_clock::now();
    cancel.request();
  });
  // Quick families begin again until they are stopped.
  for (;;) {
    const auto scores =
        learner().score_candidates(people.training(), grid, people.rows, kSeed, cancel);
    if (scores.ok()) continue;
    EXPECT_EQ(scores.error().kind, ErrorKind::Cancelled);
    break;
  }
  // The promise is 0.2 s; the rest is for a slow machine that does other things, too.
  EXPECT_LT(steady_clock::now() - requested.load(), std::chrono::seconds(2));
}

INSTANTIATE_TEST_SUITE_P(Catalogue, ModelFamily,
                         ::testing::ValuesIn(learner_catalog().begin(), learner_catalog().end()),
                         [](const auto& family) { return std::string(family.param->family()); });

}  // namespace
}  // namespace relearn
