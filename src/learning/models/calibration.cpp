#include "learning/models/calibration.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/normal.h"

namespace relearn {
namespace {

constexpr int kNewtonStepsMax = 100;
constexpr int kHalvingsMax = 40;
/// No log-odds move further in one step: where all risks are nearly 0 or 1 there is hardly any
/// curvature left to say how far to go.
constexpr double kLogOddsMoveMax = 10;

struct Line {
  double intercept = 0;
  double slope = 1;
};

/// Weighted cross-entropy of logistic(intercept + slope * score) against the targets, plus
/// slope_precision / 2 * (slope - 1)^2.
struct Problem {
  std::vector<double> scores;
  std::vector<double> targets;  // in [0, 1]
  std::vector<double> weights;
  double slope_precision = 0;

  void add(double score, double target, double weight) {
    scores.push_back(score);
    targets.push_back(target);
    weights.push_back(weight);
  }

  double loss(const Line& line) const {
    double sum = 0.5 * slope_precision * (line.slope - 1) * (line.slope - 1);
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double z = line.intercept + line.slope * scores[i];
      // log(1 + exp(z)) - target * z, without overflow.
      sum += weights[i] * (std::max(z, 0.0) + std::log1p(std::exp(-std::fabs(z))) - targets[i] * z);
    }
    return sum;
  }

  double largest_move(const Line& move) const {
    double largest = 0;
    for (const double score : scores) {
      largest = std::max(largest, std::fabs(move.intercept + move.slope * score));
    }
    return largest;
  }
};

enum class Free { InterceptOnly, InterceptAndSlope };

/// Newton's method with step halving (Lin, Lin & Weng 2007, Machine Learning 68:267-276). The loss
/// is convex; the targets or the prior of the slope keep its minimum finite.
Line minimise(const Problem& problem, Line line, Free free) {
  double current = problem.loss(line);
  for (int step = 0; step < kNewtonStepsMax; ++step) {
    double g0 = 0, g1 = problem.slope_precision * (line.slope - 1);
    double h00 = 0, h01 = 0, h11 = problem.slope_precision;
    for (std::size_t i = 0; i < problem.scores.size(); ++i) {
      const double s = problem.scores[i];
      const double z = line.intercept + line.slope * s;
      const double residual = problem.weights[i] * (logistic(z) - problem.targets[i]);
      const double curvature = problem.weights[i] * logistic(z) * logistic(-z);
      g0 += residual;
      g1 += residual * s;
      h00 += curvature;
      h01 += curvature * s;
      h11 += curvature * s * s;
    }
    Line move{-g0 / h00, 0};
    if (free == Free::InterceptAndSlope) {
      const double determinant = h00 * h11 - h01 * h01;
      move = {(h01 * g1 - h11 * g0) / determinant, (h01 * g0 - h00 * g1) / determinant};
    }
    const double decrease = -(g0 * move.intercept + g1 * move.slope);
    if (!std::isfinite(decrease) || decrease <= 0) return line;
    const double rounding = 1e-13 * (1 + current);
    double length = std::min(1.0, kLogOddsMoveMax / problem.largest_move(move));
    Line next = line;
    for (int halving = 0; halving < kHalvingsMax; ++halving, length /= 2) {
      const Line tried = {line.intercept + length * move.intercept,
                          line.slope + length * move.slope};
      if (problem.loss(tried) <= current + rounding) {
        next = tried;
        break;
      }
    }
    line = next;
    current = problem.loss(line);
    if (decrease < 1e-14 * (1 + current)) return line;
  }
  return line;
}

/// Platt 1999, section 2.2: each class is believed as if one more of the other had been seen.
Problem smoothed_problem(std::span<const double> scores, std::span<const std::uint8_t> outcomes,
                         std::span<const double> weights) {
  double cases = 0, total = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    total += weights[i];
    if (outcomes[i]) cases += weights[i];
  }
  const double case_target = (cases + 1) / (cases + 2);
  const double other_target = 1 / (total - cases + 2);
  Problem problem;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    problem.add(scores[i], outcomes[i] ? case_target : other_target, weights[i]);
  }
  return problem;
}

/// The mode of the posterior with slope ~ N(1, kSlopePriorSd^2) and, for the intercept, one person
/// of each outcome for whom the odds were even.
Line believed_line(std::span<const double> scores, std::span<const std::uint8_t> outcomes,
                   std::span<const double> weights) {
  Problem problem;
  problem.slope_precision = 1 / (kSlopePriorSd * kSlopePriorSd);
  for (std::size_t i = 0; i < scores.size(); ++i) problem.add(scores[i], outcomes[i], weights[i]);
  problem.add(0, 0, 1);
  problem.add(0, 1, 1);
  return minimise(problem, {0, 1}, Free::InterceptAndSlope);
}

/// Fitted on centred and scaled scores: margins have any size.
Line platt_line(Problem problem) {
  double total = 0, mean = 0, variance = 0;
  for (std::size_t i = 0; i < problem.scores.size(); ++i) {
    total += problem.weights[i];
    mean += problem.weights[i] * problem.scores[i];
  }
  mean /= total;
  for (std::size_t i = 0; i < problem.scores.size(); ++i) {
    const double centred = problem.scores[i] - mean;
    variance += problem.weights[i] * centred * centred / total;
  }
  const double scale = std::sqrt(variance);
  if (scale == 0) return {0, 0};
  for (double& score : problem.scores) score = (score - mean) / scale;
  const Line line = minimise(problem, {0, 0}, Free::InterceptAndSlope);
  return {line.intercept - line.slope * mean / scale, line.slope / scale};
}

}  // namespace

Calibration fit_calibration(CalibrationMethod method, std::span<const double> scores,
                            std::span<const std::uint8_t> outcomes,
                            std::span<const double> weights) {
  if (method == CalibrationMethod::None || scores.empty()) return {};
  const Problem smoothed = smoothed_problem(scores, outcomes, weights);
  Line line;
  if (method == CalibrationMethod::Intercept) {
    line = minimise(smoothed, {0, 1}, Free::InterceptOnly);
  } else {
    line = method == CalibrationMethod::Platt ? platt_line(smoothed)
                                              : believed_line(scores, outcomes, weights);
  }
  // Scores that rank patients the wrong way round, or all alike, carry no risk: the common risk for
  // everybody, never an inverted model.
  if (!(line.slope > 0)) line = minimise(smoothed, {0, 0}, Free::InterceptOnly);
  return {line.intercept, line.slope};
}

}  // namespace relearn
