// Primal-dual interior-point method with predictor and corrector (Mehrotra 1992, SIAM Journal on
// Optimization 2:575-601) for the support vector machine; the reduction to d+1 unknowns as in
// Ferris & Munson 2002 (SIAM Journal on Optimization 13:783-804).
//
//   minimise  1/2 |b|^2 + cost * sum excess_i
//   with      slack_i = y_i (a + x_i b) - 1 + excess_i >= 0   (multiplier alpha_i >= 0)
//             excess_i >= 0                                   (multiplier beta_i = cost - alpha_i
//             >= 0)
//
// At the solution alpha_i slack_i = beta_i excess_i = 0; on the way these products all shrink
// alike.
#include "learning/models/svm/linear_machine.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "learning/models/weighted_gram.h"

namespace relearn {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::Map;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kGapTolerance = 1e-8;  // duality gap, relative to the objective
constexpr double kTowardsBoundary =
    0.995;  // how far of the way to the nearest boundary a step goes

struct Point {
  VectorXd b;  // d
  double a = 0;
  ArrayXd alpha, beta, slack, excess;  // n each, all > 0
};

class InteriorPoint {
 public:
  explicit InteriorPoint(const LinearMachine& problem)
      : n_(static_cast<Index>(problem.rows)),
        d_(static_cast<Index>(problem.columns)),
        x_(problem.design.data(), n_, d_),
        cost_(problem.cost),
        y_(n_) {
    for (Index i = 0; i < n_; ++i) y_[i] = problem.outcomes[i] ? 1.0 : -1.0;
    point_.b = VectorXd::Zero(d_);
    point_.alpha = point_.beta = ArrayXd::Constant(n_, cost_ / 2);
    point_.slack = point_.excess = ArrayXd::Ones(n_);
  }

  LinearMachineFit run() {
    LinearMachineFit fit;
    while (fit.steps < kInteriorPointStepsMax && !solved()) {
      ++fit.steps;
      prepare();
      const Point predictor = direction(point_.alpha * point_.slack, point_.beta * point_.excess);
      const double now = mean_product(predictor, 0);
      const double reachable = mean_product(predictor, longest(predictor));
      const double target = now * std::pow(reachable / now, 3);
      const Point step =
          direction(point_.alpha * point_.slack + predictor.alpha * predictor.slack - target,
                    point_.beta * point_.excess + predictor.beta * predictor.excess - target);
      const double length = std::min(1.0, kTowardsBoundary * longest(step));
      if (!step.b.allFinite() || !std::isfinite(step.a)) break;
      go(step, length);
    }
    fit.intercept = point_.a;
    fit.coefficients.assign(point_.b.begin(), point_.b.end());
    return fit;
  }

 private:
  ArrayXd decision(const VectorXd& b, double a) const { return (x_ * b).array() + a; }

  bool solved() {
    residual_b_ = point_.b - x_.transpose() * (y_ * point_.alpha).matrix();
    residual_a_ = (y_ * point_.alpha).sum();
    residual_slack_ = point_.slack - (y_ * decision(point_.b, point_.a) - 1 + point_.excess);
    const double gap = (point_.alpha * point_.slack).sum() + (point_.beta * point_.excess).sum();
    const double objective = 0.5 * point_.b.squaredNorm() + cost_ * point_.excess.sum();
    const double infeasible = std::max({residual_b_.cwiseAbs().maxCoeff(), std::fabs(residual_a_),
                                        residual_slack_.abs().maxCoeff()});
    return gap <= kGapTolerance * (1 + objective) && infeasible <= 1e-6;
  }

  /// Factorises the (d+1) x (d+1) system of the current point.
  void prepare() {
    pull_ = 1 / (point_.slack / point_.alpha + point_.excess / point_.beta);
    std::vector<double> gram =
        weighted_gram(static_cast<std::size_t>(n_), static_cast<std::size_t>(d_),
                      {x_.data(), static_cast<std::size_t>(x_.size())},
                      {pull_.data(), static_cast<std::size_t>(n_)});
    Map<MatrixXd> system(gram.data(), d_ + 1, d_ + 1);
    system.diagonal().tail(d_).array() += 1;
    factor_.compute(system.selfadjointView<Eigen::Lower>());
  }

  /// The step that makes the residuals zero and the products smaller by the given amounts, to first
  /// order.
  Point direction(const ArrayXd& alpha_slack, const ArrayXd& beta_excess) const {
    const ArrayXd wish = beta_excess / point_.beta - alpha_slack / point_.alpha + residual_slack_;
    VectorXd right(d_ + 1);
    right[0] = residual_a_ + (y_ * pull_ * wish).sum();
    right.tail(d_) = x_.transpose() * (y_ * pull_ * wish).matrix() - residual_b_;
    const VectorXd solution = factor_.solve(right);
    Point step;
    step.a = solution[0];
    step.b = solution.tail(d_);
    step.alpha = pull_ * (wish - y_ * decision(step.b, step.a));
    step.beta = -step.alpha;
    step.slack = -(alpha_slack + point_.slack * step.alpha) / point_.alpha;
    step.excess = -(beta_excess + point_.excess * step.beta) / point_.beta;
    return step;
  }

  /// How far a step can go, at most 1, before something would be negative.
  double longest(const Point& step) const {
    double length = 1;
    const auto limit = [&length](const ArrayXd& value, const ArrayXd& change) {
      for (Index i = 0; i < value.size(); ++i) {
        if (change[i] < 0) length = std::min(length, -value[i] / change[i]);
      }
    };
    limit(point_.alpha, step.alpha);
    limit(point_.beta, step.beta);
    limit(point_.slack, step.slack);
    limit(point_.excess, step.excess);
    return length;
  }

  /// Mean of the 2 n products after a step of this length.
  double mean_product(const Point& step, double length) const {
    const double sum =
        ((point_.alpha + length * step.alpha) * (point_.slack + length * step.slack)).sum() +
        ((point_.beta + length * step.beta) * (point_.excess + length * step.excess)).sum();
    return sum / (2.0 * static_cast<double>(n_));
  }

  void go(const Point& step, double length) {
    point_.a += length * step.a;
    point_.b += length * step.b;
    point_.alpha += length * step.alpha;
    point_.beta += length * step.beta;
    point_.slack += length * step.slack;
    point_.excess += length * step.excess;
  }

  Index n_, d_;
  Map<const MatrixXd> x_;
  double cost_;
  ArrayXd y_;  // n, +1 or -1
  Point point_;
  VectorXd residual_b_;  // of the four optimality conditions at point_
  double residual_a_ = 0;
  ArrayXd residual_slack_;
  ArrayXd pull_;  // n, weight of each patient in the reduced system
  Eigen::LDLT<MatrixXd> factor_;
};

}  // namespace

LinearMachineFit fit_linear_machine(const LinearMachine& problem) {
  return InteriorPoint(problem).run();
}

}  // namespace relearn
