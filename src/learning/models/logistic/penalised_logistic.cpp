#include "learning/models/logistic/penalised_logistic.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "base/normal.h"
#include "learning/models/weighted_gram.h"

namespace relearn {
namespace {

using Eigen::Index;
using Eigen::Map;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int kHalvingsMax = 40;
/// No patient's log-odds move further in one step: where all risks are nearly 0 or 1 there is
/// hardly any curvature left to say how far to go.
constexpr double kEtaMoveMax = 10;
struct Point {
  double intercept = 0;
  VectorXd coefficients;  // d
  VectorXd eta;           // n, linear predictor
  double objective = 0;
};

class NewtonFit {
 public:
  explicit NewtonFit(const PenalisedLogistic& problem)
      : n_(static_cast<Index>(problem.rows)),
        d_(static_cast<Index>(problem.columns)),
        x_(problem.design.data(), n_, d_),
        weights_(problem.weights.data(), n_),
        penalties_(problem.penalties.data(), d_),
        outcomes_(problem.outcomes),
        offset_(problem.offset.empty() ? VectorXd::Zero(n_)
                                       : VectorXd(Map<const VectorXd>(problem.offset.data(), n_))),
        prior_(problem.prior.empty() ? VectorXd::Zero(d_)
                                     : VectorXd(Map<const VectorXd>(problem.prior.data(), d_))),
        residual_(n_),
        curvature_(n_) {}

  PenalisedFit run() {
    Point point = start();
    PenalisedFit fit;
    while (fit.steps < kNewtonStepsMax) {
      ++fit.steps;
      const VectorXd move = newton_step(point);
      const double decrement = descent_.dot(move);
      if (!move.allFinite() || decrement <= 0) break;
      const bool converged = decrement <= 1e-12 * (1 + point.objective);
      if (!advance(point, move, decrement) || converged) break;
    }
    fit.intercept = point.intercept;
    fit.coefficients.assign(point.coefficients.begin(), point.coefficients.end());
    return fit;
  }

 private:
  /// The prior, with the intercept at which the mean risk is about right.
  Point start() {
    double cases = 0;
    for (Index i = 0; i < n_; ++i) cases += outcomes_[i] ? weights_[i] : 0.0;
    Point point;
    point.coefficients = prior_;
    point.eta = offset_ + x_ * prior_;
    point.intercept = logit(cases / weights_.sum()) - weights_.dot(point.eta) / weights_.sum();
    point.eta.array() += point.intercept;
    point.objective = evaluate(point);
    return point;
  }

  /// The objective; leaves residuals w (y - p) and curvatures w p (1 - p) behind.
  double evaluate(const Point& point) {
    double sum = 0;
    for (Index i = 0; i < n_; ++i) {
      const double z = point.eta[i];
      const double e = std::exp(-std::fabs(z));
      const double p = (z >= 0 ? 1.0 : e) / (1 + e);
      const double y = outcomes_[i];
      sum += weights_[i] * (std::max(z, 0.0) - y * z + std::log1p(e));
      residual_[i] = weights_[i] * (y - p);
      curvature_[i] = weights_[i] * e / ((1 + e) * (1 + e));
    }
    const auto away = (point.coefficients - prior_).array();
    return sum + 0.5 * (penalties_.array() * away * away).sum();
  }

  /// Solves Hessian * step = - gradient at the point last evaluated. Entry 0 is the intercept.
  VectorXd newton_step(const Point& point) {
    const auto away = (point.coefficients - prior_).array();
    descent_.resize(d_ + 1);
    descent_[0] = residual_.sum();
    descent_.tail(d_) = x_.transpose() * residual_;
    descent_.tail(d_).array() -= penalties_.array() * away;

    std::vector<double> gram =
        weighted_gram(static_cast<std::size_t>(n_), static_cast<std::size_t>(d_),
                      {x_.data(), static_cast<std::size_t>(x_.size())},
                      {curvature_.data(), static_cast<std::size_t>(n_)});
    Map<MatrixXd> hessian(gram.data(), d_ + 1, d_ + 1);
    hessian.diagonal().tail(d_) += penalties_;
    // Far below the precision of the answer, and enough to tell repeated columns apart.
    hessian.diagonal() *= 1 + 1e-10;
    return hessian.selfadjointView<Eigen::Lower>().ldlt().solve(descent_);
  }

  /// Goes along the step, halved until the objective falls enough (Armijo). False: it does not.
  bool advance(Point& point, const VectorXd& move, double decrement) {
    const VectorXd eta_move = (x_ * move.tail(d_)).array() + move[0];
    Point next;
    double length = std::min(1.0, kEtaMoveMax / eta_move.cwiseAbs().maxCoeff());
    for (int halving = 0; halving < kHalvingsMax; ++halving, length /= 2) {
      next.intercept = point.intercept + length * move[0];
      next.coefficients = point.coefficients + length * move.tail(d_);
      next.eta = point.eta + length * eta_move;
      next.objective = evaluate(next);
      const double enough = 1e-4 * length * decrement;
      const double rounding = 1e-13 * (1 + point.objective);
      if (next.objective <= point.objective - enough + rounding) {
        point = std::move(next);
        return true;
      }
    }
    return false;
  }

  Index n_, d_;
  Map<const MatrixXd> x_;
  Map<const VectorXd> weights_, penalties_;
  std::span<const std::uint8_t> outcomes_;
  VectorXd offset_, prior_;
  VectorXd residual_, curvature_;  // of the point last evaluated
  VectorXd descent_;               // minus the gradient
};

}  // namespace

PenalisedFit fit_penalised_logistic(const PenalisedLogistic& problem) {
  return NewtonFit(problem).run();
}

}  // namespace relearn
