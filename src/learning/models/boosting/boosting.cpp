#include "learning/models/boosting/boosting.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "learning/models/boosting/exact_boosting.h"
#include "learning/models/boosting/histogram_boosting.h"
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

/// The scores of all candidates, filled course by course and tree by tree.
class CourseScores {
 public:
  CourseScores(const Features& features, std::span<const std::uint32_t> test,
               std::size_t candidates)
      : width_(features.columns),
        x_(row_major(features, test)),
        sums_(test.size()),
        scores_(candidates * test.size()) {}

  void begin() {
    trees_ = 0;
    std::fill(sums_.begin(), sums_.end(), 0.0);
  }

  /// value_of: what the next tree adds for one patient.
  template <typename ValueOf>
  void add_tree(const Course& course, double base, const ValueOf& value_of) {
    ++trees_;
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      sums_[i] += static_cast<double>(value_of(std::span(x_).subspan(i * width_, width_)));
    }
    for (const Course::Member& member : course.members) {
      if (member.trees != trees_) continue;
      for (std::size_t i = 0; i < sums_.size(); ++i) {
        scores_[member.candidate * sums_.size() + i] =
            combined_score(TreeEnsemble::Combine::Sum, base, sums_[i], trees_);
      }
    }
  }

  std::vector<double> take() { return std::move(scores_); }

 private:
  std::size_t width_;
  std::vector<float> x_;        // test rows x columns, row-major
  std::vector<double> sums_;    // of the leaf values so far, one per test row
  std::vector<double> scores_;  // candidates x test rows
  std::size_t trees_ = 0;
};

Result<void> score_exact(const BoostingData& data, const Course& course, std::uint64_t seed,
                         const CancelToken& cancel, CourseScores& scores) {
  ExactBoosting boosting(data, course.settings, seed);
  scores.begin();
  for (std::size_t tree = 0; tree < course.settings.trees; ++tree) {
    const BoostedTree grown = TRY(boosting.next_tree(cancel));
    scores.add_tree(course, data.base, [&](std::span<const float> x) {
      return grown.values[find_leaf(grown.nodes, x)];
    });
  }
  return {};
}

Result<void> score_histogram(const TrainingSet& training, const Course& course, std::uint64_t seed,
                             const CancelToken& cancel, CourseScores& scores) {
  const TreeEnsemble ensemble =
      TRY(fit_histogram_boosting(training, course.settings, seed, cancel));
  scores.begin();
  for (const std::int32_t root : ensemble.roots) {
    if (cancel.requested()) return cancelled();
    scores.add_tree(course, ensemble.base,
                    [&](std::span<const float> x) { return leaf_value(ensemble, root, x); });
  }
  return {};
}

class BoostingLearner final : public Learner {
 public:
  std::string_view family() const override { return "boosting"; }
  ScoreScale scale() const override { return ScoreScale::LogOdds; }
  Filling filling() const override { return Filling::Typical; }

  std::vector<Candidate> grid(Grid grid) const override {
    std::vector<Candidate> points;
    if (grid == Grid::Clinical) {
      // Few looks, and none so stiff that the one-standard-error rule would take a model that
      // hardly knows more than the prevalence.
      for (const double depth : {1, 2, 3}) {
        for (const double trees : {100, 150, 200, 300}) {
          points.push_back(point(trees, 0.05, depth, 2, 5, 0.5));
          points.back().settings.emplace_back("columns", 1.0 / 3);
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
    if (training.rows.size() > kExactRowsMax) {
      return Model(TRY(fit_histogram_boosting(training, settings, seed, cancel)));
    }
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
    CourseScores scores(training.features, test, candidates.size());
    const std::vector<Course> courses = group_candidates(candidates);
    if (training.rows.size() > kExactRowsMax) {
      for (const Course& course : courses) {
        TRY(score_histogram(training, course, seed, cancel, scores));
      }
    } else {
      const BoostingData data(training);
      for (const Course& course : courses) TRY(score_exact(data, course, seed, cancel, scores));
    }
    return scores.take();
  }
};

}  // namespace

const Learner& boosting_learner() {
  static const BoostingLearner learner;
  return learner;
}

}  // namespace relearn
