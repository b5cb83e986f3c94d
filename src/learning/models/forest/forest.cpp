#include "learning/models/forest/forest.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "learning/models/forest/bootstrap.h"
#include "learning/models/tree_ensemble.h"
#include "learning/models/trees/check_training.h"

namespace relearn {
namespace {

// Settings are numbers: these stand for "no limit" and for "the square root of the columns".
constexpr double kAnyDepth = 0;
constexpr double kSquareRoot = 0;

struct Settings {
  std::size_t trees = 0;
  TreeLimits limits;
};

Settings read_settings(const Candidate& candidate, std::size_t columns) {
  const double depth = candidate.get("depth");
  const double share = candidate.get("columns");
  const auto width = static_cast<double>(columns);
  const double drawn = share == kSquareRoot ? std::sqrt(width) : share * width;
  Settings settings;
  settings.trees = static_cast<std::size_t>(candidate.get("trees"));
  if (depth != kAnyDepth) settings.limits.depth_max = static_cast<std::uint32_t>(depth);
  settings.limits.rows_to_split_min = static_cast<std::uint32_t>(candidate.get("split"));
  settings.limits.rows_in_leaf_min = static_cast<std::uint32_t>(candidate.get("leaf"));
  settings.limits.columns_per_node = std::max(1u, static_cast<std::uint32_t>(drawn));
  return settings;
}

Candidate point(double trees, double depth, double split, double leaf, double columns) {
  return {
      {{"trees", trees}, {"depth", depth}, {"split", split}, {"leaf", leaf}, {"columns", columns}}};
}

/// Where a fully grown tree is cut off: what depth_max and rows_to_split_min do while growing.
struct Cut {
  std::uint32_t depth_max = 0;
  std::uint32_t rows_to_split_min = 0;
  std::vector<double> sums;  // of the leaf values so far, one per test row
};

/// Candidates whose trees are cuts of the same fully grown trees.
struct Group {
  TreeLimits limits;  // the loosest of its candidates'
  std::size_t trees = 0;
  std::vector<Cut> cuts;
  struct Member {
    std::size_t candidate = 0;
    std::size_t cut = 0;
    std::size_t trees = 0;
  };
  std::vector<Member> members;

  bool holds(const TreeLimits& other) const {
    return limits.rows_in_leaf_min == other.rows_in_leaf_min &&
           limits.columns_per_node == other.columns_per_node;
  }

  void add(std::size_t candidate, const Settings& settings, std::size_t test_rows) {
    const TreeLimits& other = settings.limits;
    limits.depth_max = std::max(limits.depth_max, other.depth_max);
    limits.rows_to_split_min = std::min(limits.rows_to_split_min, other.rows_to_split_min);
    trees = std::max(trees, settings.trees);
    std::size_t cut = 0;
    while (cut < cuts.size() && (cuts[cut].depth_max != other.depth_max ||
                                 cuts[cut].rows_to_split_min != other.rows_to_split_min)) {
      ++cut;
    }
    if (cut == cuts.size()) {
      cuts.push_back({other.depth_max, other.rows_to_split_min, std::vector<double>(test_rows)});
    }
    members.push_back({candidate, cut, settings.trees});
  }

  /// Adds a tree's values for one test row to every cut.
  void add_tree(std::span<const GrownNode> nodes, std::span<const float> x, std::size_t row,
                std::vector<std::uint32_t>& path) {
    path.clear();
    std::uint32_t at = 0;
    path.push_back(at);
    while (nodes[at].feature >= 0) {
      const bool right = x[static_cast<std::size_t>(nodes[at].feature)] > nodes[at].threshold;
      at = static_cast<std::uint32_t>(nodes[at].left) + (right ? 1 : 0);
      path.push_back(at);
    }
    for (Cut& cut : cuts) {
      std::size_t depth = std::min<std::size_t>(path.size() - 1, cut.depth_max);
      while (depth > 0 && nodes[path[depth - 1]].rows() < cut.rows_to_split_min) --depth;
      cut.sums[row] += static_cast<double>(static_cast<float>(nodes[path[depth]].mean));
    }
  }
};

std::vector<Group> group_candidates(std::span<const Candidate> candidates, std::size_t columns,
                                    std::size_t test_rows) {
  std::vector<Group> groups;
  for (std::size_t c = 0; c < candidates.size(); ++c) {
    const Settings settings = read_settings(candidates[c], columns);
    auto found = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& group) { return group.holds(settings.limits); });
    if (found == groups.end()) {
      groups.emplace_back().limits = settings.limits;
      found = groups.end() - 1;
    }
    found->add(c, settings, test_rows);
  }
  return groups;
}

class ForestLearner final : public Learner {
 public:
  std::string_view family() const override { return "forest"; }
  ScoreScale scale() const override { return ScoreScale::LogOdds; }
  Filling filling() const override { return Filling::Typical; }

  std::vector<Candidate> grid(Grid grid) const override {
    std::vector<Candidate> points;
    if (grid == Grid::Clinical) {
      // Smaller leaves know their people by heart: with three in a leaf the published average gives
      // away who trained it (docs/decisions/0087).
      for (const double leaf : {30, 20, 15}) {
        for (const double columns : {kSquareRoot, 1.0 / 3}) {
          points.push_back(point(300, kAnyDepth, 2, leaf, columns));
        }
      }
      return points;
    }
    for (const double leaf : {4, 2, 1}) {
      for (const double depth : {10.0, 20.0, 30.0, kAnyDepth}) {
        for (const double split : {10, 5, 2}) {
          for (const double trees : {100, 200, 300}) {
            points.push_back(point(trees, depth, split, leaf, kSquareRoot));
          }
        }
      }
    }
    return points;
  }

  Result<Model> fit(const TrainingSet& training, const Candidate& candidate, std::uint64_t seed,
                    const CancelToken& cancel) const override {
    TRY(check_training("forest", training));
    const Settings settings = read_settings(candidate, training.features.columns);
    TreeEnsemble ensemble;
    ensemble.combine = TreeEnsemble::Combine::Average;
    Bootstrap bootstrap(training, seed);
    std::vector<float> values;
    for (std::size_t tree = 0; tree < settings.trees; ++tree) {
      bootstrap.draw(tree);
      const std::span<const GrownNode> nodes = TRY(bootstrap.grow(settings.limits, cancel));
      values.clear();
      for (const GrownNode& node : nodes) values.push_back(static_cast<float>(node.mean));
      append_tree(nodes, values, ensemble);
    }
    return Model(std::move(ensemble));
  }

  Result<std::vector<double>> score_candidates(const TrainingSet& training,
                                               std::span<const Candidate> candidates,
                                               std::span<const std::uint32_t> test,
                                               std::uint64_t seed,
                                               const CancelToken& cancel) const override {
    TRY(check_training("forest", training));
    const std::size_t width = training.features.columns;
    std::vector<Group> groups = group_candidates(candidates, width, test.size());
    std::size_t trees = 0;
    for (const Group& group : groups) trees = std::max(trees, group.trees);
    const std::vector<float> x = row_major(training.features, test);
    std::vector<double> scores(candidates.size() * test.size());
    std::vector<std::uint32_t> path;
    Bootstrap bootstrap(training, seed);
    for (std::size_t tree = 0; tree < trees; ++tree) {
      bootstrap.draw(tree);
      for (Group& group : groups) {
        if (tree >= group.trees) continue;
        const std::span<const GrownNode> nodes = TRY(bootstrap.grow(group.limits, cancel));
        for (std::size_t i = 0; i < test.size(); ++i) {
          group.add_tree(nodes, std::span(x).subspan(i * width, width), i, path);
        }
        for (const Group::Member& member : group.members) {
          if (member.trees != tree + 1) continue;
          const std::vector<double>& sums = group.cuts[member.cut].sums;
          for (std::size_t i = 0; i < test.size(); ++i) {
            scores[member.candidate * test.size() + i] =
                combined_score(TreeEnsemble::Combine::Average, 0, sums[i], member.trees);
          }
        }
      }
    }
    return scores;
  }
};

}  // namespace

const Learner& forest_learner() {
  static const ForestLearner learner;
  return learner;
}

}  // namespace relearn
