#include "learning/metrics/logistic_fit.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <optional>

#include "base/normal.h"

namespace relearn {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

constexpr int kStepsMax = 50;
constexpr int kHalvingsMax = 30;
constexpr double kConverged = 1e-13;      // of the Newton decrement, per row
constexpr double kCoefficientMax = 1e4;   // beyond it the maximum is at infinity
constexpr double kInformationMin = 1e-9;  // smallest pivot, relative to the largest
constexpr double kDevianceMin = 1e-6;     // per row; below it nobody is out of place

struct Problem {
  std::span<const double> design;  // n x p, row-major
  std::span<const double> offset;
  std::span<const std::uint8_t> outcomes;

  std::size_t rows() const { return outcomes.size(); }
  std::size_t columns() const { return design.size() / outcomes.size(); }
  std::span<const double> row(std::size_t i) const {
    return design.subspan(i * columns(), columns());
  }
  double log_odds(std::size_t i, const Vector& beta) const {
    double sum = offset.empty() ? 0.0 : offset[i];
    const double* x = design.data() + i * columns();
    for (Eigen::Index j = 0; j < beta.size(); ++j) sum += x[j] * beta[j];
    return sum;
  }
};

/// The log-likelihood (negative), its gradient (negative) and its curvature, in one pass.
struct Surface {
  double deviance = 0;
  Vector score;
  Matrix information;
};

Surface surface_at(const Problem& problem, const Vector& beta) {
  const Eigen::Index p = beta.size();
  Surface here{0, Vector::Zero(p), Matrix::Zero(p, p)};
  for (std::size_t i = 0; i < problem.rows(); ++i) {
    const double z = problem.log_odds(i, beta);
    const double small = std::exp(-std::fabs(z));
    const double risk = (z >= 0 ? 1.0 : small) / (1 + small);
    const bool ill = problem.outcomes[i] == 1;
    here.deviance += std::log1p(small) + ((z >= 0) == ill ? 0.0 : std::fabs(z));
    const double residual = (ill ? 1.0 : 0.0) - risk;
    const double weight = risk * (1 - risk);
    const double* x = problem.design.data() + i * static_cast<std::size_t>(p);
    for (Eigen::Index j = 0; j < p; ++j) {
      here.score[j] += residual * x[j];
      for (Eigen::Index k = 0; k <= j; ++k) here.information(j, k) += weight * x[j] * x[k];
    }
  }
  here.information = Matrix(here.information.selfadjointView<Eigen::Lower>());
  return here;
}

bool invertible(const Eigen::LDLT<Matrix>& factors) {
  const auto pivots = factors.vectorD();
  return factors.info() == Eigen::Success &&
         pivots.minCoeff() > kInformationMin * pivots.maxCoeff();
}

struct Maximum {
  Vector beta;
  Surface surface;
};

/// The maximum likelihood, or nothing when it is not finite.
std::optional<Maximum> maximise(const Problem& problem) {
  Vector beta = Vector::Zero(static_cast<Eigen::Index>(problem.columns()));
  Surface here = surface_at(problem, beta);
  const double rows = static_cast<double>(problem.rows());
  for (int step = 0; step < kStepsMax; ++step) {
    const Eigen::LDLT<Matrix> factors(here.information);
    if (!invertible(factors)) return std::nullopt;
    Vector move = factors.solve(here.score);
    const double decrement = move.dot(here.score);
    Surface next = surface_at(problem, beta + move);
    for (int half = 0; half < kHalvingsMax && next.deviance > here.deviance + kConverged * rows;
         ++half) {
      move *= 0.5;
      next = surface_at(problem, beta + move);
    }
    beta += move;
    here = std::move(next);
    if (beta.cwiseAbs().maxCoeff() > kCoefficientMax) return std::nullopt;
    if (here.deviance < kDevianceMin * rows) return std::nullopt;
    if (decrement < kConverged * rows) return Maximum{beta, here};
  }
  return std::nullopt;
}

Matrix covariance(const Problem& problem, const Maximum& maximum, const PersonIndex& persons) {
  const Eigen::Index p = maximum.beta.size();
  const Matrix inverse = maximum.surface.information.ldlt().solve(Matrix::Identity(p, p));
  if (!persons.repeated()) return inverse;
  Matrix scores = Matrix::Zero(p, static_cast<Eigen::Index>(persons.count));
  for (std::size_t i = 0; i < problem.rows(); ++i) {
    const double residual = problem.outcomes[i] - logistic(problem.log_odds(i, maximum.beta));
    const std::span<const double> x = problem.row(i);
    for (Eigen::Index j = 0; j < p; ++j) {
      scores(j, persons.of_row[i]) += residual * x[static_cast<std::size_t>(j)];
    }
  }
  const double k = static_cast<double>(persons.count);
  return k / std::max(k - 1, 1.0) * (inverse * (scores * scores.transpose()) * inverse);
}

}  // namespace

Result<LogisticFit> fit_logistic(std::span<const double> design, std::span<const double> offset,
                                 std::span<const std::uint8_t> outcomes,
                                 const PersonIndex& persons) {
  const Problem problem{design, offset, outcomes};
  const auto maximum = maximise(problem);
  if (!maximum) {
    return not_ready(
        "undefined: the risks separate cases from non-cases, so calibration has no "
        "finite estimate");
  }
  const Matrix spread = covariance(problem, *maximum, persons);
  const Vector& beta = maximum->beta;
  return LogisticFit{{beta.data(), beta.data() + beta.size()},
                     {spread.data(), spread.data() + spread.size()}};
}

}  // namespace relearn
