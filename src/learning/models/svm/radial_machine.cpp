#include "learning/models/svm/radial_machine.h"

#include <libsvm/svm.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace relearn {
namespace {

constexpr double kStopTolerance = 1e-3;  // LIBSVM's default: violation of the optimality conditions
constexpr double kCacheMegabytes = 100;  // never all used: 4 bytes a pair of rows

void print_nothing(const char*) {}

/// LIBSVM prints its progress through one function of the whole process.
void silence_libsvm() {
  static const bool silent = (svm_set_print_string_function(print_nothing), true);
  static_cast<void>(silent);
}

struct FreeSvmModel {
  void operator()(svm_model* model) const { svm_free_and_destroy_model(&model); }
};

}  // namespace

/// The rows as LIBSVM wants them when the kernel is computed beforehand: for each row n + 1 nodes,
/// of which the first holds the row's number and the others the kernel with rows 1 to n.
struct RadialMachineTrainer::Problem {
  const Standardised& x;
  std::vector<double> patients;  // n x d, row-major
  std::vector<double> labels;    // n, +1 with the disease, -1 without
  std::vector<svm_node> nodes;   // n x (n + 1)
  std::vector<svm_node*> starts;
  double gamma = -1;  // of the kernel in `nodes`; -1: none yet

  Problem(const Standardised& standardised, std::span<const std::uint8_t> outcomes)
      : x(standardised) {
    for (std::size_t i = 0; i < x.rows; ++i) {
      for (std::size_t j = 0; j < x.columns; ++j) patients.push_back(x.column(j)[i]);
      labels.push_back(outcomes[i] ? 1.0 : -1.0);
    }
  }

  void lay_out_nodes() {
    nodes.resize(x.rows * (x.rows + 1));
    for (std::size_t i = 0; i < x.rows; ++i) {
      starts.push_back(nodes.data() + i * (x.rows + 1));
      starts[i][0] = {0, static_cast<double>(i + 1)};
    }
  }

  std::span<const double> patient(std::size_t i) const {
    return std::span(patients).subspan(i * x.columns, x.columns);
  }

  void compute_kernel(double wanted_gamma) {
    if (nodes.empty()) lay_out_nodes();
    if (gamma == wanted_gamma) return;
    gamma = wanted_gamma;
    for (std::size_t i = 0; i < x.rows; ++i) {
      const auto a = patient(i);
      for (std::size_t j = 0; j <= i; ++j) {
        const auto b = patient(j);
        double distance = 0;
        for (std::size_t k = 0; k < a.size(); ++k) distance += (a[k] - b[k]) * (a[k] - b[k]);
        starts[i][j + 1].value = starts[j][i + 1].value = std::exp(-gamma * distance);
      }
    }
  }
};

RadialMachineTrainer::RadialMachineTrainer(const Standardised& x,
                                           std::span<const std::uint8_t> outcomes)
    : problem_(std::make_unique<Problem>(x, outcomes)) {}

RadialMachineTrainer::~RadialMachineTrainer() = default;

KernelModel RadialMachineTrainer::train(double cost, double gamma) {
  silence_libsvm();
  Problem& own = *problem_;
  own.compute_kernel(gamma);
  svm_parameter parameter{};
  parameter.svm_type = C_SVC;
  parameter.kernel_type = PRECOMPUTED;
  parameter.C = cost;
  parameter.cache_size = kCacheMegabytes;
  parameter.eps = kStopTolerance;
  parameter.shrinking = 1;
  const svm_problem problem{static_cast<int>(own.x.rows), own.labels.data(), own.starts.data()};
  const std::unique_ptr<svm_model, FreeSvmModel> trained(svm_train(&problem, &parameter));

  KernelModel model{gamma, -trained->rho[0], own.x.means, own.x.scales, {}, {}};
  for (int m = 0; m < trained->l; ++m) {
    model.weights.push_back(trained->sv_coef[0][m]);
    const auto z = own.patient(static_cast<std::size_t>(trained->sv_indices[m] - 1));
    model.support.insert(model.support.end(), z.begin(), z.end());
  }
  return model;
}

}  // namespace relearn
