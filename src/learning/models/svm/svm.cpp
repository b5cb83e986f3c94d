#include "learning/models/svm/svm.h"

#include <fmt/format.h>
#include <libsvm/svm.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "learning/models/standardised.h"

namespace relearn {
namespace {

constexpr double kCostsNotebooks[] = {0.1, 1, 10, 100};
constexpr double kGammasNotebooks[] = {0.001, 0.01, 0.1};
constexpr double kStopTolerance = 1e-3;  // LIBSVM's default

/// What a candidate asks for, once the training rows are known.
struct Machine {
  bool radial = false;
  double cost = 0;
  double gamma = 0;  // 0: linear
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

/// The kernel of every pair of training rows in the form LIBSVM wants it: n rows of n + 1 nodes, of
/// which the first holds the row's number.
class KernelMatrix {
 public:
  /// patients: n x d, row-major.
  KernelMatrix(std::span<const double> patients, std::size_t rows)
      : patients_(patients),
        rows_(rows),
        columns_(patients.size() / rows),
        nodes_(rows * (rows + 1)),
        starts_(rows) {
    for (std::size_t i = 0; i < rows; ++i) {
      starts_[i] = nodes_.data() + i * (rows + 1);
      starts_[i][0] = {0, static_cast<double>(i + 1)};
    }
  }

  /// gamma 0: linear.
  void fill(double gamma) {
    if (filled_ && gamma == gamma_) return;
    for (std::size_t i = 0; i < rows_; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        const double value = kernel(i, j, gamma);
        starts_[i][j + 1].value = value;
        starts_[j][i + 1].value = value;
      }
    }
    gamma_ = gamma;
    filled_ = true;
  }

  svm_node** starts() { return starts_.data(); }

 private:
  double kernel(std::size_t i, std::size_t j, double gamma) const {
    const double* a = patients_.data() + i * columns_;
    const double* b = patients_.data() + j * columns_;
    double sum = 0;
    if (gamma == 0) {
      for (std::size_t k = 0; k < columns_; ++k) sum += a[k] * b[k];
      return sum;
    }
    for (std::size_t k = 0; k < columns_; ++k) sum += (a[k] - b[k]) * (a[k] - b[k]);
    return std::exp(-gamma * sum);
  }

  std::span<const double> patients_;
  std::size_t rows_, columns_;
  std::vector<svm_node> nodes_;
  std::vector<svm_node*> starts_;
  bool filled_ = false;
  double gamma_ = 0;
};

void print_nothing(const char*) {}

/// LIBSVM prints its progress through one function of the whole process.
void silence_libsvm() {
  static const bool silent = (svm_set_print_string_function(print_nothing), true);
  static_cast<void>(silent);
}

struct FreeSvmModel {
  void operator()(svm_model* model) const { svm_free_and_destroy_model(&model); }
};

/// The training rows in the two forms that are needed, and the fits that share them.
class SvmTrainer {
 public:
  explicit SvmTrainer(const TrainingSet& training) : x_(standardise(training)) {
    for (const std::uint8_t outcome : training_outcomes(training)) {
      labels_.push_back(outcome ? 1.0 : -1.0);
    }
    for (std::size_t i = 0; i < x_.rows; ++i) {
      for (std::size_t j = 0; j < x_.columns; ++j) patients_.push_back(x_.column(j)[i]);
    }
    kernel_ = std::make_unique<KernelMatrix>(patients_, x_.rows);
  }

  Machine machine(const Candidate& candidate) const { return machine_of(candidate, x_); }

  Model train(const Machine& machine) {
    silence_libsvm();
    kernel_->fill(machine.gamma);
    svm_parameter parameter{};
    parameter.svm_type = C_SVC;
    parameter.kernel_type = PRECOMPUTED;
    parameter.C = machine.cost;
    parameter.cache_size = kCacheMegabytes;
    parameter.eps = kStopTolerance;
    parameter.shrinking = 1;
    svm_problem problem{static_cast<int>(x_.rows), labels_.data(), kernel_->starts()};
    const std::unique_ptr<svm_model, FreeSvmModel> trained(svm_train(&problem, &parameter));
    return machine.radial ? Model{kernel_model(*trained, machine)} : Model{linear_model(*trained)};
  }

 private:
  static constexpr double kCacheMegabytes = 100;

  std::span<const double> patient(const svm_model& trained, int m) const {
    const auto row = static_cast<std::size_t>(trained.sv_indices[m] - 1);
    return std::span(patients_).subspan(row * x_.columns, x_.columns);
  }

  KernelModel kernel_model(const svm_model& trained, const Machine& machine) const {
    KernelModel model{machine.gamma, -trained.rho[0], x_.means, x_.scales, {}, {}};
    for (int m = 0; m < trained.l; ++m) {
      model.weights.push_back(trained.sv_coef[0][m]);
      const auto z = patient(trained, m);
      model.support.insert(model.support.end(), z.begin(), z.end());
    }
    return model;
  }

  LinearModel linear_model(const svm_model& trained) const {
    LinearModel model{-trained.rho[0], std::vector<double>(x_.columns, 0.0)};
    for (int m = 0; m < trained.l; ++m) {
      const auto z = patient(trained, m);
      for (std::size_t j = 0; j < z.size(); ++j) {
        model.coefficients[j] += trained.sv_coef[0][m] * z[j];
      }
    }
    for (std::size_t j = 0; j < x_.columns; ++j) {
      model.coefficients[j] /= x_.scales[j];
      model.intercept -= model.coefficients[j] * x_.means[j];
    }
    return model;
  }

  Standardised x_;
  std::vector<double> labels_;    // n, +1 with the disease, -1 without
  std::vector<double> patients_;  // n x d, row-major
  std::unique_ptr<KernelMatrix> kernel_;
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

  std::vector<Candidate> grid(Grid which) const override {
    std::vector<Candidate> grid;
    const auto add = [&grid](double rbf, double cost, const char* gamma_name, double gamma) {
      grid.push_back({{{"rbf", rbf}, {"c", cost}, {gamma_name, gamma}}});
    };
    if (which == Grid::Clinical) {
      for (const double cost : {0.01, 0.1, 1.0}) grid.push_back({{{"rbf", 0}, {"c", cost}}});
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
