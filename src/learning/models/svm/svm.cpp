#include "learning/models/svm/svm.h"

#include <fmt/format.h>

#include <algorithm>

#include "learning/models/standardised.h"
#include "learning/models/svm/linear_machine.h"
#include "learning/models/svm/radial_machine.h"

namespace relearn {
namespace {

constexpr double kCostsNotebooks[] = {0.1, 1, 10, 100};
constexpr double kGammasNotebooks[] = {0.001, 0.01, 0.1};

/// What a candidate asks for, once the training rows are known.
struct Machine {
  bool radial = false;
  double cost = 0;
  double gamma = 0;  // radial only
  bool operator==(const Machine&) const = default;
};

Machine machine_of(const Candidate& candidate, const Standardised& x) {
  Machine machine{candidate.get("rbf") != 0, candidate.get("c"), 0};
  if (!machine.radial) return machine;
  for (const auto& [name, value] : candidate.settings) {
    if (name == "gamma") machine.gamma = value;
    if (name == "gamma_auto") machine.gamma = value / static_cast<double>(x.columns);
    if (name == "gamma_scale") {
      const std::size_t varying = std::max<std::size_t>(x.varying_columns(), 1);
      machine.gamma = value / static_cast<double>(varying);
    }
  }
  return machine;
}

/// The training rows, and the fits that share them.
class SvmTrainer {
 public:
  explicit SvmTrainer(const TrainingSet& training)
      : x_(standardise(training)), outcomes_(training_outcomes(training)), radial_(x_, outcomes_) {}
  SvmTrainer(const SvmTrainer&) = delete;  // radial_ looks at x_
  SvmTrainer& operator=(const SvmTrainer&) = delete;

  Machine machine(const Candidate& candidate) const { return machine_of(candidate, x_); }

  Model train(const Machine& machine) {
    if (machine.radial) return Model{radial_.train(machine.cost, machine.gamma)};
    const LinearMachineFit fit = fit_linear_machine({.rows = x_.rows,
                                                     .columns = x_.columns,
                                                     .design = x_.values,
                                                     .outcomes = outcomes_,
                                                     .cost = machine.cost});
    return Model{unscaled(x_, fit.intercept, fit.coefficients)};
  }

 private:
  Standardised x_;
  std::vector<std::uint8_t> outcomes_;
  RadialMachineTrainer radial_;
};

/// LIBSVM 3.24 has no weights of single patients: it would answer another question than was asked.
Result<void> require_trainable(const TrainingSet& training) {
  TRY(require_both_classes(training, "svm"));
  if (training.rows.size() > kSvmRowsMax) {
    return not_ready(
        fmt::format("svm: {} training rows are above its limit of {}; time and memory "
                    "grow with the square of the rows",
                    training.rows.size(), kSvmRowsMax));
  }
  const double first = training.weights[training.rows.front()];
  for (const std::uint32_t row : training.rows) {
    if (training.weights[row] != first) {
      return not_ready(fmt::format(
          "svm: training rows {} and {} weigh {:g} and {:g}; it can only learn from equal weights",
          training.rows.front(), row, first, training.weights[row]));
    }
  }
  return {};
}

class SvmLearner final : public Learner {
 public:
  std::string_view family() const override { return "svm"; }
  ScoreScale scale() const override { return ScoreScale::Margin; }
  Filling filling() const override { return Filling::Mean; }

  std::vector<Candidate> grid(Grid which) const override {
    std::vector<Candidate> grid;
    const auto add = [&grid](double rbf, double cost, const char* gamma_name, double gamma) {
      grid.push_back({{{"rbf", rbf}, {"c", cost}, {gamma_name, gamma}}});
    };
    if (which == Grid::Clinical) {
      for (const double cost : {0.01, 0.1}) grid.push_back({{{"rbf", 0}, {"c", cost}}});
      for (const double gamma : {0.1, 0.3}) {
        for (const double cost : {0.3, 1.0, 3.0}) add(1, cost, "gamma_scale", gamma);
      }
      return grid;
    }
    for (const double rbf : {0.0, 1.0}) {
      for (const double cost : kCostsNotebooks) {
        for (const double gamma : kGammasNotebooks) add(rbf, cost, "gamma", gamma);
        add(rbf, cost, "gamma_scale", 1);
        add(rbf, cost, "gamma_auto", 1);
      }
    }
    return grid;
  }

  Result<Model> fit(const TrainingSet& training, const Candidate& candidate, std::uint64_t,
                    const CancelToken& cancel) const override {
    TRY(require_trainable(training));
    if (cancel.requested()) return cancelled();
    SvmTrainer trainer(training);
    return trainer.train(trainer.machine(candidate));
  }

  /// Candidates that come to the same machine are trained once; the kernel matrix is made once for
  /// each gamma.
  Result<std::vector<double>> score_candidates(const TrainingSet& training,
                                               std::span<const Candidate> candidates,
                                               std::span<const std::uint32_t> test, std::uint64_t,
                                               const CancelToken& cancel) const override {
    TRY(require_trainable(training));
    SvmTrainer trainer(training);
    std::vector<Machine> machines;
    for (const Candidate& candidate : candidates) machines.push_back(trainer.machine(candidate));
    std::vector<std::size_t> order(candidates.size());
    for (std::size_t c = 0; c < order.size(); ++c) order[c] = c;
    std::ranges::stable_sort(
        order, {}, [&](std::size_t c) { return std::pair(machines[c].gamma, machines[c].cost); });

    const std::size_t width = test.size();
    std::vector<double> scores(candidates.size() * width);
    std::vector<float> x(training.features.columns);
    for (std::size_t o = 0; o < order.size(); ++o) {
      if (cancel.requested()) return cancelled();
      double* out = scores.data() + order[o] * width;
      if (o > 0 && machines[order[o]] == machines[order[o - 1]]) {
        std::copy_n(scores.data() + order[o - 1] * width, width, out);
        continue;
      }
      const Model model = trainer.train(machines[order[o]]);
      for (std::size_t i = 0; i < width; ++i) {
        for (std::size_t j = 0; j < x.size(); ++j) x[j] = training.features.at(test[i], j);
        out[i] = score(model, x);
      }
    }
    return scores;
  }
};

}  // namespace

const Learner& svm_learner() {
  static const SvmLearner learner;
  return learner;
}

}  // namespace relearn
