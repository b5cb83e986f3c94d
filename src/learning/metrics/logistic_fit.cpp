#include "learning/metrics/logistic_fit.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <cmath>
#include <optional>

#include "base/normal.h"

namespace relearn {
namespace {

using Rows =
    Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr int kStepsMax = 50;
constexpr int kHalvingsMax = 30;
constexpr double kConverged = 1e-13;      // of the Newton decrement, per row
constexpr double kCoefficientMax = 1e4;   // beyond it the maximum is at infinity
constexpr double kInformationMin = 1e-9;  // smallest pivot, relative to the largest
constexpr double kDevianceMin = 1e-6;     // per row; below it nobody is out of place

struct Problem {
  Rows design;
  std::span<const double> offset;
  std::span<const std::uint8_t> outcomes;

  double log_odds(Eigen::Index i, const Eigen::VectorXd& beta) const {
    const double shift = offset.empty() ? 0.0 : offset[static_cast<std::size_t>(i)];
    return shift + design.row(i).dot(beta);
  }
  double outcome(Eigen::Index i) const { return outcomes[static_cast<std::size_t>(i)]; }

  double deviance(const Eigen::VectorXd& beta) const {
    double sum = 0;
    for (Eigen::Index i = 0; i < design.rows(); ++i) {
      const double z = outcome(i) > 0 ? -log_odds(i, beta) : log_odds(i, beta);
      sum += z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z));
    }
    return sum;
  }
};

struct Curvature {
  Eigen::VectorXd score;
  Matrix information;
};

Curvature curvature(const Problem& problem, const Eigen::VectorXd& beta) {
  const Eigen::Index p = problem.design.cols();
  Curvature here{Eigen::VectorXd::Zero(p), Matrix::Zero(p, p)};
  for (Eigen::Index i = 0; i < problem.design.rows(); ++i) {
    const double risk = logistic(problem.log_odds(i, beta));
    const auto x = problem.design.row(i);
    here.score += (problem.outcome(i) - risk) * x.transpose();
    here.information += (risk * (1 - risk)) * x.transpose() * x;
  }
  return here;
}

bool invertible(const Eigen::LDLT<Matrix>& factors) {
  const auto pivots = factors.vectorD();
  return factors.info() == Eigen::Success &&
         pivots.minCoeff() > kInformationMin * pivots.maxCoeff();
}

/// The maximum likelihood, or nothing when it is not finite.
std::optional<Eigen::VectorXd> maximise(const Problem& problem) {
  Eigen::VectorXd beta = Eigen::VectorXd::Zero(problem.design.cols());
  double deviance = problem.deviance(beta);
  const double limit = kConverged * static_cast<double>(problem.design.rows());
  for (int step = 0; step < kStepsMax; ++step) {
    const Curvature here = curvature(problem, beta);
    const Eigen::LDLT<Matrix> factors(here.information);
    if (!invertible(factors)) return std::nullopt;
    Eigen::VectorXd move = factors.solve(here.score);
    const double decrement = move.dot(here.score);
    Eigen::VectorXd next = beta + move;
    double next_deviance = problem.deviance(next);
    for (int half = 0; half < kHalvingsMax && next_deviance > deviance + limit; ++half) {
      move *= 0.5;
      next = beta + move;
      next_deviance = problem.deviance(next);
    }
    beta = next;
    deviance = next_deviance;
    if (beta.cwiseAbs().maxCoeff() > kCoefficientMax) return std::nullopt;
    if (deviance < kDevianceMin * static_cast<double>(problem.design.rows())) return std::nullopt;
    if (decrement < limit) return beta;
  }
  return std::nullopt;
}

Matrix covariance(const Problem& problem, const Eigen::VectorXd& beta, const PersonIndex& persons) {
  const Eigen::Index p = problem.design.cols();
  const Matrix inverse = curvature(problem, beta).information.ldlt().solve(Matrix::Identity(p, p));
  if (!persons.repeated()) return inverse;
  const auto k = static_cast<Eigen::Index>(persons.count);
  Matrix scores = Matrix::Zero(k, p);
  for (Eigen::Index i = 0; i < problem.design.rows(); ++i) {
    const double residual = problem.outcome(i) - logistic(problem.log_odds(i, beta));
    scores.row(persons.of_row[static_cast<std::size_t>(i)]) += residual * problem.design.row(i);
  }
  const double correction =
      static_cast<double>(k) / static_cast<double>(std::max<Eigen::Index>(k - 1, 1));
  return correction * inverse * (scores.transpose() * scores) * inverse;
}

}  // namespace

Result<LogisticFit> fit_logistic(std::span<const double> design, std::span<const double> offset,
                                 std::span<const std::uint8_t> outcomes,
                                 const PersonIndex& persons) {
  const auto n = static_cast<Eigen::Index>(outcomes.size());
  const Eigen::Index p = static_cast<Eigen::Index>(design.size()) / n;
  const Problem problem{Rows(design.data(), n, p), offset, outcomes};
  const auto beta = maximise(problem);
  if (!beta) {
    return not_ready(
        "undefined: the risks separate cases from non-cases, so calibration has no "
        "finite estimate");
  }
  const Matrix spread = covariance(problem, *beta, persons);
  return LogisticFit{{beta->data(), beta->data() + p}, {spread.data(), spread.data() + p * p}};
}

}  // namespace relearn
