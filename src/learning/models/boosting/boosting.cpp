#include "learning/models/boosting/boosting.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "learning/models/boosting/exact_boosting.h"
#include "learning/models/boosting/settings.h"
#include "learning/models/tree_ensemble.h"
#include "learning/models/trees/check_training.h"

namespace relearn {
namespace {

Candidate point(double trees, double rate, double depth, double split, double leaf, double rows) {
  return {{{"trees", trees},
           {"rate", rate},
           {"depth", depth},
           {"split", split},
           {"leaf", leaf},
           {"rows", rows}}};
}

/// Candidates that differ in the number of trees only.
struct Course {
  BoostingSettings settings;  // the most trees of its candidates
  struct Member {
    std::size_t candidate = 0;
    std::size_t trees = 0;
  };
  std::vector<Member> members;
};

std::vector<Course> group_candidates(std::span<const Candidate> candidates) {
  std::vector<Course> courses;
  for (std::size_t c = 0; c < candidates.size(); ++c) {
    const BoostingSettings settings = read_boosting_settings(candidates[c]);
    auto found = std::find_if(courses.begin(), courses.end(), [&](const Course& course) {
      return course.settings.same_course(settings);
    });
    if (found == courses.end()) {
      courses.push_back({settings, {}});
      found = courses.end() - 1;
    }
    found->settings.trees = std::max(found->settings.trees, settings.trees);
    found->members.push_back({c, settings.trees});
  }
  return courses;
}

class BoostingLearner final : public Learner {
 public:
  std::string_view family() const override { return "boosting"; }
  ScoreScale scale() const override { return ScoreScale::LogOdds; }

  std::vector<Candidate> grid(Grid grid) const override {
    std::vector<Candidate> points;
    if (grid == Grid::Clinical) {
      for (const double depth : {1, 2, 3}) {
        for (const double leaf : {10, 5}) {
          for (const double trees : {25, 50, 75, 100, 150, 200, 300}) {
            points.push_back(point(trees, 0.05, depth, 2, leaf, 0.5));
          }
        }
      }
      return points;
    }
    for (const double depth : {3, 5, 7}) {
      for (const double leaf : {2, 1}) {
        for (const double split : {5, 2}) {
          for (const double rate : {0.01, 0.1, 0.2}) {
            for (const double trees : {100, 200}) {
              points.push_back(point(trees, rate, depth, split, leaf, 1));
            }
          }
        }
      }
    }
    return points;
  }

  Result<Model> fit(const TrainingSet& training, const Candidate& candidate, std::uint64_t seed,
                    const CancelToken& cancel) const override {
    TRY(check_training("boosting", training));
    const BoostingSettings settings = read_boosting_settings(candidate);
    const BoostingData data(training);
    ExactBoosting boosting(data, settings, seed);
    TreeEnsemble ensemble;
    ensemble.combine = TreeEnsemble::Combine::Sum;
    ensemble.base = data.base;
    for (std::size_t tree = 0; tree < settings.trees; ++tree) {
      const BoostedTree grown = TRY(boosting.next_tree(cancel));
      append_tree(grown.nodes, grown.values, ensemble);
    }
    return Model(std::move(ensemble));
  }

  Result<std::vector<double>> score_candidates(const TrainingSet& training,
                                               std::span<const Candidate> candidates,
                                               std::span<const std::uint32_t> test,
                                               std::uint64_t seed,
                                               const CancelToken& cancel) const override {
    TRY(check_training("boosting", training));
    const BoostingData data(training);
    const std::vector<float> x = row_major(training.features, test);
    const std::size_t width = training.features.columns;
    std::vector<double> scores(candidates.size() * test.size());
    std::vector<double> sums;
    for (const Course& course : group_candidates(candidates)) {
      ExactBoosting boosting(data, course.settings, seed);
      sums.assign(test.size(), 0);
      for (std::size_t tree = 0; tree < course.settings.trees; ++tree) {
        const BoostedTree grown = TRY(boosting.next_tree(cancel));
        for (std::size_t i = 0; i < test.size(); ++i) {
          const auto row = std::span(x).subspan(i * width, width);
          sums[i] += static_cast<double>(grown.values[find_leaf(grown.nodes, row)]);
        }
        for (const Course::Member& member : course.members) {
          if (member.trees != tree + 1) continue;
          for (std::size_t i = 0; i < test.size(); ++i) {
            scores[member.candidate * test.size() + i] =
                combined_score(TreeEnsemble::Combine::Sum, data.base, sums[i], member.trees);
          }
        }
      }
    }
    return scores;
  }
};

}  // namespace

const Learner& boosting_learner() {
  static const BoostingLearner learner;
  return learner;
}

}  // namespace relearn
