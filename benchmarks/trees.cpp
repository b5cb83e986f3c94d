// Tree families: what one search saves against a fit per candidate, and what the laid-out scorer
// saves against walking tree by tree. Both are compared to the last bit first; a difference ends
// the program.
//
//   benchmark_trees         the two ratios, on made-up patients of the size of a clinical data set
//   benchmark_trees grow    trees of a data set on standard input, as JSON: trees_vs_sklearn.py
//   asks
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string_view>

#include "base/random.h"
#include "learning/models/boosting/boosting.h"
#include "learning/models/forest/forest.h"
#include "learning/models/tree_ensemble.h"
#include "learning/models/trees/ranked_columns.h"
#include "learning/models/trees/tree_grower.h"
#include "learning/models/trees/tree_scorer.h"

namespace relearn {
namespace {

struct Patients {
  Features features;
  std::vector<std::uint8_t> outcomes;
  std::vector<double> weights;
  std::vector<std::uint32_t> rows;
  TrainingSet training() const { return {features, outcomes, weights, rows}; }
};

/// Half of the columns continuous, half of 20 values; the outcome depends on four of them.
Patients make_patients(std::size_t rows, std::size_t columns) {
  Random random(1);
  Patients made;
  made.features = {rows, columns, std::vector<float>(rows * columns)};
  for (std::size_t k = 0; k < rows * columns; ++k) {
    const double value = random.normal();
    made.features.values[k] =
        static_cast<float>((k / rows) % 2 == 0 ? value : std::round(value * 4));
  }
  for (std::size_t i = 0; i < rows; ++i) {
    double z = -0.6;
    for (std::size_t j = 0; j < 4; ++j) {
      z += static_cast<double>(made.features.at(i, j)) / (j % 2 == 0 ? 1 : 4);
    }
    made.outcomes.push_back(random.uniform() < 1 / (1 + std::exp(-z)) ? 1 : 0);
  }
  made.weights.assign(rows, 1);
  made.rows.resize(rows);
  std::iota(made.rows.begin(), made.rows.end(), 0u);
  return made;
}

/// The seconds of the quickest of several runs.
template <typename Work>
double seconds(int runs, const Work& work) {
  double best = std::numeric_limits<double>::infinity();
  for (int run = 0; run < runs; ++run) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    best = std::min(best, passed.count());
  }
  return best;
}

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "benchmark_trees: %s\n", what);
  std::exit(1);
}

void measure_search(const Learner& learner) {
  Patients patients = make_patients(768, 8);
  const std::vector<std::uint32_t> test(patients.rows.begin() + 614, patients.rows.end());
  patients.rows.resize(614);
  const auto grid = learner.grid(Grid::Notebooks);
  const CancelToken cancel;
  std::vector<double> together;
  std::vector<double> one_by_one;
  const double fast = seconds(3, [&] {
    together = learner.score_candidates(patients.training(), grid, test, 1, cancel).take_value();
  });
  const double slow = seconds(1, [&] {
    one_by_one =
        learner.Learner::score_candidates(patients.training(), grid, test, 1, cancel).take_value();
  });
  require(together == one_by_one, "one search and a fit per candidate give different scores");
  std::printf("%-9.*s notebooks' grid, %zu candidates, 614 x 8: %.3f s, one by one %.3f s: %.1fx\n",
              static_cast<int>(learner.family().size()), learner.family().data(), grid.size(), fast,
              slow, slow / fast);
}

void measure_scoring(const char* name, const Learner& learner, const Candidate& candidate) {
  const Patients patients = make_patients(768, 13);
  const CancelToken cancel;
  const Model model = learner.fit(patients.training(), candidate, 1, cancel).take_value();
  const auto& ensemble = std::get<TreeEnsemble>(model);
  const TreeScorer scorer(ensemble);
  const std::size_t width = patients.features.columns;
  const std::vector<float> x = row_major(patients.features, patients.rows);
  std::vector<double> walked(768);
  std::vector<double> laid_out(768);
  const auto run = [&](std::vector<double>& scores, const auto& score_one) {
    for (std::size_t i = 0; i < scores.size(); ++i) {
      scores[i] = score_one(std::span(x).subspan(i * width, width));
    }
  };
  const double slow =
      seconds(30, [&] { run(walked, [&](auto row) { return score(ensemble, row); }); });
  const double fast =
      seconds(30, [&] { run(laid_out, [&](auto row) { return scorer.score(row); }); });
  require(walked == laid_out, "the laid-out trees give different scores");
  std::printf("%-28s %6zu nodes: %5.2f us a patient, tree by tree %5.2f us: %.1fx\n", name,
              ensemble.nodes.size(), fast / 768 * 1e6, slow / 768 * 1e6, slow / fast);
}

Candidate settings(double trees, double depth, double leaf) {
  return {{{"trees", trees},
           {"rate", 0.1},
           {"depth", depth},
           {"split", 2},
           {"leaf", leaf},
           {"columns", 0},
           {"rows", 1}}};
}

nlohmann::json tree_json(const TreeEnsemble& ensemble, std::size_t tree) {
  const auto begin = static_cast<std::size_t>(ensemble.roots[tree]);
  const std::size_t end = tree + 1 < ensemble.roots.size()
                              ? static_cast<std::size_t>(ensemble.roots[tree + 1])
                              : ensemble.nodes.size();
  nlohmann::json json;
  for (std::size_t n = begin; n < end; ++n) {
    const TreeEnsemble::Node& node = ensemble.nodes[n];
    const auto root = static_cast<std::int32_t>(begin);
    json["feature"].push_back(node.feature);
    json["threshold"].push_back(node.threshold);
    json["left"].push_back(node.feature < 0 ? -1 : node.left - root);
    json["right"].push_back(node.feature < 0 ? -1 : node.right - root);
    json["value"].push_back(node.value);
  }
  return json;
}

/// {"x": rows, "outcomes", "weights", "forest": limits or absent, "boosting": settings or absent}
/// in,
/// {"forest": tree, "boosting": trees} out. A forest's tree is grown on the rows of weight above 0
/// with all columns.
void grow_from_standard_input() {
  const nlohmann::json in = nlohmann::json::parse(std::cin);
  Patients patients;
  const auto& x = in.at("x");
  patients.features = {x.size(), x.at(0).size(), {}};
  for (std::size_t j = 0; j < patients.features.columns; ++j) {
    for (const auto& row : x) patients.features.values.push_back(row.at(j).get<float>());
  }
  patients.outcomes = in.at("outcomes").get<std::vector<std::uint8_t>>();
  patients.weights = in.at("weights").get<std::vector<double>>();
  patients.rows.resize(x.size());
  std::iota(patients.rows.begin(), patients.rows.end(), 0u);
  const CancelToken cancel;
  nlohmann::json out;
  if (in.contains("forest")) {
    const auto& limits = in.at("forest");
    const RankedColumns columns = rank_columns(patients.features, patients.rows);
    std::vector<std::uint32_t> sampled;
    for (const std::uint32_t row : patients.rows) {
      if (patients.weights[row] > 0) sampled.push_back(row);
    }
    const std::vector<double> targets(patients.outcomes.begin(), patients.outcomes.end());
    TreeGrower grower(columns);
    const auto nodes = grower.grow({sampled, patients.weights, targets},
                                   {.rows_to_split_min = limits.at("split").get<std::uint32_t>(),
                                    .rows_in_leaf_min = limits.at("leaf").get<std::uint32_t>()},
                                   1, cancel);
    std::vector<float> values;
    for (const GrownNode& node : nodes.value()) values.push_back(static_cast<float>(node.mean));
    TreeEnsemble ensemble;
    append_tree(nodes.value(), values, ensemble);
    out["forest"] = tree_json(ensemble, 0);
  }
  if (in.contains("boosting")) {
    Candidate candidate;
    for (const auto& [name, value] : in.at("boosting").items()) {
      candidate.settings.emplace_back(name, value.get<double>());
    }
    const Model model =
        boosting_learner().fit(patients.training(), candidate, 1, cancel).take_value();
    const auto& ensemble = std::get<TreeEnsemble>(model);
    for (std::size_t t = 0; t < ensemble.roots.size(); ++t) {
      out["boosting"].push_back(tree_json(ensemble, t));
    }
  }
  std::cout << out.dump() << '\n';
}

}  // namespace
}  // namespace relearn

int main(int argc, char** argv) {
  using namespace relearn;
  if (argc == 2 && std::string_view(argv[1]) == "grow") {
    grow_from_standard_input();
    return 0;
  }
  measure_search(forest_learner());
  measure_search(boosting_learner());
  measure_scoring("forest, 300 full trees", forest_learner(), settings(300, 0, 1));
  measure_scoring("forest, 300 trees, leaf >= 5", forest_learner(), settings(300, 0, 5));
  measure_scoring("boosting, 300 trees, depth 3", boosting_learner(), settings(300, 3, 5));
  return 0;
}
