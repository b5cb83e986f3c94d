#include "learning/models/svm/svm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libsvm/svm.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "contracts/planted_people.h"
#include "learning/models/standardised.h"
#include "learning/models/svm/linear_machine.h"
#include "learning/models/svm/radial_machine.h"

namespace relearn {
namespace {

using testing::auroc_by_pairs;
using ::testing::HasSubstr;
using testing::People;
using testing::planted_people;

/// LIBSVM used the ordinary way, on the same standardised rows: sparse nodes, its own kernels.
class PlainLibsvm {
 public:
  PlainLibsvm(const Standardised& x, const std::vector<std::uint8_t>& outcomes, int kernel,
              double cost, double gamma, double tolerance)
      : x_(x) {
    svm_set_print_string_function([](const char*) {});
    for (std::size_t i = 0; i < x.rows; ++i) {
      labels_.push_back(outcomes[i] ? 1 : -1);
      rows_.push_back(nodes(i));
    }
    for (auto& row : rows_) starts_.push_back(row.data());
    svm_parameter parameter{};
    parameter.svm_type = C_SVC;
    parameter.kernel_type = kernel;
    parameter.C = cost;
    parameter.gamma = gamma;
    parameter.cache_size = 10;
    parameter.eps = tolerance;
    const svm_problem problem{static_cast<int>(x.rows), labels_.data(), starts_.data()};
    model_ = svm_train(&problem, &parameter);
  }
  PlainLibsvm(const PlainLibsvm&) = delete;
  PlainLibsvm& operator=(const PlainLibsvm&) = delete;
  ~PlainLibsvm() { svm_free_and_destroy_model(&model_); }

  double decision(std::size_t row) const {
    double value = 0;
    svm_predict_values(model_, rows_[row].data(), &value);
    return value;
  }
  /// 1/2 |b|^2 + cost * sum of hinges, of the linear machine.
  double objective(double cost) const {
    std::vector<double> b(x_.columns, 0.0);
    for (int m = 0; m < model_->l; ++m) {
      for (std::size_t j = 0; j < b.size(); ++j) {
        b[j] += model_->sv_coef[0][m] *
                x_.column(j)[static_cast<std::size_t>(model_->sv_indices[m] - 1)];
      }
    }
    double value = 0;
    for (const double bj : b) value += 0.5 * bj * bj;
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      value += cost * std::max(0.0, 1 - labels_[i] * decision(i));
    }
    return value;
  }

 private:
  std::vector<svm_node> nodes(std::size_t row) const {
    std::vector<svm_node> nodes;
    for (std::size_t j = 0; j < x_.columns; ++j) {
      nodes.push_back({static_cast<int>(j + 1), x_.column(j)[row]});
    }
    nodes.push_back({-1, 0});
    return nodes;
  }

  const Standardised& x_;
  std::vector<double> labels_;
  std::vector<std::vector<svm_node>> rows_;
  std::vector<svm_node*> starts_;
  svm_model* model_ = nullptr;
};

double objective_of(const LinearMachine& problem, const LinearMachineFit& fit) {
  double value = 0;
  for (const double b : fit.coefficients) value += 0.5 * b * b;
  for (std::size_t i = 0; i < problem.rows; ++i) {
    double decision = fit.intercept;
    for (std::size_t j = 0; j < problem.columns; ++j) {
      decision += problem.design[j * problem.rows + i] * fit.coefficients[j];
    }
    const double y = problem.outcomes[i] ? 1 : -1;
    value += problem.cost * std::max(0.0, 1 - y * decision);
  }
  return value;
}

TEST(LinearMachine, ReachesTheObjectiveThatLibsvmReaches) {
  const People people = planted_people(250, 6, 0.7, 51);
  const Standardised x = standardise(people.training());
  for (const double cost : {0.01, 1.0, 100.0}) {
    const LinearMachine problem{x.rows, x.columns, x.values, people.outcomes, cost};
    const LinearMachineFit fit = fit_linear_machine(problem);
    const PlainLibsvm peer(x, people.outcomes, LINEAR, cost, 0, 1e-6);
    const double objective = objective_of(problem, fit);
    EXPECT_NEAR(objective, peer.objective(cost), 1e-5 * objective) << "cost " << cost;
    EXPECT_LT(fit.steps, 40) << "cost " << cost;
  }
}

TEST(LinearMachine, FindsTheWidestGapBetweenSeparateClasses) {
  // Two patients at x = -1 and x = 3: the margin is midway, the score 1 at the margin.
  const std::vector<double> design = {-1, 3};
  const std::vector<std::uint8_t> outcomes = {0, 1};
  const LinearMachineFit fit = fit_linear_machine({2, 1, design, outcomes, 1e3});
  EXPECT_NEAR(fit.coefficients[0], 0.5, 1e-6);
  EXPECT_NEAR(fit.intercept, -0.5, 1e-6);
}

TEST(LinearMachine, SharesTheEffectBetweenColumnsThatRepeatEachOther) {
  People people = planted_people(150, 4, 1.0, 52);
  const auto first = people.features.column(0);
  testing::add_column(people, std::vector<float>(first.begin(), first.end()));
  const Standardised x = standardise(people.training());
  const LinearMachineFit fit =
      fit_linear_machine({x.rows, x.columns, x.values, people.outcomes, 1.0});
  EXPECT_NEAR(fit.coefficients[0], fit.coefficients[4], 1e-6);
}

TEST(RadialMachine, DecidesAsLibsvmDoesWithItsOwnKernel) {
  const People people = planted_people(250, 6, 0.7, 53);
  const Standardised x = standardise(people.training());
  RadialMachineTrainer trainer(x, people.outcomes);
  for (const auto& [cost, gamma] : {std::pair{1.0, 0.1}, {10.0, 0.1}, {1.0, 0.01}}) {
    const Model model = trainer.train(cost, gamma);
    const PlainLibsvm peer(x, people.outcomes, RBF, cost, gamma, 1e-3);
    for (std::size_t i = 0; i < x.rows; ++i) {
      // Both stop at a violation of 1e-3; they take different ways to it.
      EXPECT_NEAR(score(model, people.row(i)), peer.decision(i), 5e-3);
    }
  }
}

TEST(RadialMachine, DoesNotRememberWhatItTrainedBefore) {
  const People people = planted_people(120, 4, 1.0, 54);
  const Standardised x = standardise(people.training());
  RadialMachineTrainer busy(x, people.outcomes), fresh(x, people.outcomes);
  busy.train(100, 0.5);
  busy.train(1, 0.1);
  EXPECT_EQ(busy.train(10, 0.5), fresh.train(10, 0.5));
}

TEST(Svm, HasTheNotebooksFortyCandidates) {
  EXPECT_EQ(svm_learner().grid(Grid::Notebooks).size(), 40u);
}

TEST(Svm, MakesNoDifferenceBetweenGammasOfALinearMachine) {
  const People people = planted_people(100, 4, 1.0, 55);
  const auto grid = svm_learner().grid(Grid::Notebooks);
  const CancelToken cancel;
  const auto scores =
      svm_learner().score_candidates(people.training(), grid, people.rows, 1, cancel).take_value();
  for (std::size_t c = 1; c < 5; ++c) {
    ASSERT_EQ(grid[c].get("rbf"), 0);
    ASSERT_EQ(grid[c].get("c"), grid[0].get("c"));
    for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(scores[c * 100 + i], scores[i]);
  }
}

TEST(Svm, SaysWhyItDoesNotTakeUnequalWeights) {
  People people = planted_people(100, 4, 1.0, 56);
  people.weights[7] = 2;
  const CancelToken cancel;
  const auto fit =
      svm_learner().fit(people.training(), svm_learner().grid(Grid::Clinical).front(), 1, cancel);
  ASSERT_FALSE(fit.ok());
  EXPECT_EQ(fit.error().kind, ErrorKind::NotReady);
  EXPECT_THAT(fit.error().message, HasSubstr("equal weights"));
}

TEST(Svm, SaysWhyItDoesNotTakeTooManyRows) {
  const People people = planted_people(kSvmRowsMax + 1, 3, 1.0, 57);
  const CancelToken cancel;
  const auto fit =
      svm_learner().fit(people.training(), svm_learner().grid(Grid::Clinical).front(), 1, cancel);
  ASSERT_FALSE(fit.ok());
  EXPECT_EQ(fit.error().kind, ErrorKind::NotReady);
  EXPECT_THAT(fit.error().message, HasSubstr(std::to_string(kSvmRowsMax)));
}

TEST(Svm, GivesAPatientFarFromAllOthersTheMachinesIntercept) {
  const People people = planted_people(100, 4, 1.0, 58);
  const CancelToken cancel;
  const Model model =
      svm_learner()
          .fit(people.training(), {{{"rbf", 1}, {"c", 1}, {"gamma", 0.1}}}, 1, cancel)
          .take_value();
  EXPECT_EQ(score(model, std::vector<float>(4, 1e6f)), std::get<KernelModel>(model).intercept);
}

}  // namespace
}  // namespace relearn
