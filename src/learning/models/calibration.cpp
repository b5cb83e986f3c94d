#include "learning/models/calibration.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/normal.h"

namespace relearn {
namespace {

constexpr int kNewtonStepsMax = 100;
constexpr int kHalvingsMax = 40;

/// Scores centred and scaled, and the probabilities that are aimed at.
struct Problem {
  std::vector<double> scores;   // n
  std::vector<double> targets;  // n, in (0, 1)
  std::span<const double> weights;
};

struct Line {
  double intercept = 0;
  double slope = 0;
};

/// Weighted cross-entropy of logistic(intercept + slope * score) against the targets.
double loss(const Problem& problem, const Line& line) {
  double sum = 0;
  for (std::size_t i = 0; i < problem.scores.size(); ++i) {
    const double z = line.intercept + line.slope * problem.scores[i];
    // log(1 + exp(z)) - target * z, without overflow.
    sum += problem.weights[i] *
           (std::max(z, 0.0) + std::log1p(std::exp(-std::fabs(z))) - problem.targets[i] * z);
  }
  return sum;
}

enum class Free { InterceptOnly, InterceptAndSlope };

/// Newton's method with step halving (Lin, Lin & Weng 2007, Machine Learning 68:267-276). The loss
/// is convex and, with targets inside (0, 1) and scores that differ, has one finite minimum.
Line minimise(const Problem& problem, Line line, Free free) {
  double current = loss(problem, line);
  for (int step = 0; step < kNewtonStepsMax; ++step) {
    double g0 = 0, g1 = 0, h00 = 0, h01 = 0, h11 = 0;
    for (std::size_t i = 0; i < problem.scores.size(); ++i) {
      const double s = problem.scores[i];
      const double p = logistic(line.intercept + line.slope * s);
      const double residual = problem.weights[i] * (p - problem.targets[i]);
      const double curvature = problem.weights[i] * p * (1 - p);
      g0 += residual;
      g1 += residual * s;
      h00 += curvature;
      h01 += curvature * s;
      h11 += curvature * s * s;
    }
    Line move;
    if (free == Free::InterceptOnly) {
      move.intercept = -g0 / h00;
    } else {
      const double determinant = h00 * h11 - h01 * h01;
      move.intercept = -(h11 * g0 - h01 * g1) / determinant;
      move.slope = -(h00 * g1 - h01 * g0) / determinant;
    }
    const double decrease = -(g0 * move.intercept + g1 * move.slope);
    if (!std::isfinite(decrease) || decrease <= 0) return line;
    const double rounding = 1e-13 * (1 + current);
    double length = 1;
    Line next;
    for (int halving = 0; halving < kHalvingsMax; ++halving, length /= 2) {
      next = {line.intercept + length * move.intercept, line.slope + length * move.slope};
      if (loss(problem, next) <= current + rounding) break;
    }
    line = next;
    current = loss(problem, line);
    if (decrease < 1e-14 * (1 + current)) return line;
  }
  return line;
}

/// The mode of the posterior: likelihood times slope ~ N(1, kSlopePriorSd^2), by Newton's method.
/// The penalty makes the minimum finite for any scores; the intercept's curvature needs both
/// classes, so one pseudo-person of each at the mean score is added.
Line shrunken_line(std::span<const double> scores, std::span<const std::uint8_t> outcomes,
                   std::span<const double> weights) {
  constexpr double kPrecision = 1 / (kSlopePriorSd * kSlopePriorSd);
  Line line{0, 1};
  for (int step = 0; step < kNewtonStepsMax; ++step) {
    const double middle = logistic(line.intercept);
    double g0 = 2 * middle - 1, g1 = kPrecision * (line.slope - 1);
    double h00 = 2 * middle * (1 - middle), h01 = 0, h11 = kPrecision;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double p = logistic(line.intercept + line.slope * scores[i]);
      const double residual = weights[i] * (p - outcomes[i]);
      const double curvature = weights[i] * p * (1 - p);
      g0 += residual;
      g1 += residual * scores[i];
      h00 += curvature;
      h01 += curvature * scores[i];
      h11 += curvature * scores[i] * scores[i];
    }
    const double determinant = h00 * h11 - h01 * h01;
    // Steps are cut to what the quadratic can be trusted for.
    const double move0 = std::clamp((h01 * g1 - h11 * g0) / determinant, -1.0, 1.0);
    const double move1 = std::clamp((h01 * g0 - h00 * g1) / determinant, -0.5, 0.5);
    line = {line.intercept + move0, line.slope + move1};
    if (std::fabs(move0) + std::fabs(move1) < 1e-12) break;
  }
  return {line.intercept, std::max(line.slope, 0.0)};
}

}  // namespace

Calibration fit_calibration(CalibrationMethod method, std::span<const double> scores,
                            std::span<const std::uint8_t> outcomes,
                            std::span<const double> weights) {
  if (method == CalibrationMethod::None || scores.empty()) return {};
  if (method == CalibrationMethod::Logistic) {
    const Line line = shrunken_line(scores, outcomes, weights);
    return {line.intercept, line.slope};
  }
  double positives = 0, total = 0, mean = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    total += weights[i];
    mean += weights[i] * scores[i];
    if (outcomes[i]) positives += weights[i];
  }
  mean /= total;
  double variance = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    variance += weights[i] * (scores[i] - mean) * (scores[i] - mean) / total;
  }
  const double scale = std::sqrt(variance);

  // Platt 1999, section 2.2: each class is believed as if one more of the other had been seen.
  const double target_positive = (positives + 1) / (positives + 2);
  const double target_negative = 1 / (total - positives + 2);
  Problem problem{{}, {}, weights};
  for (std::size_t i = 0; i < scores.size(); ++i) {
    problem.scores.push_back(scores[i] - mean);
    problem.targets.push_back(outcomes[i] ? target_positive : target_negative);
  }
  if (method == CalibrationMethod::Intercept) {
    const Line line = minimise(problem, {mean, 1}, Free::InterceptOnly);
    return {line.intercept - mean, 1};
  }

  Line line{logit((positives + 1) / (total + 2)), 0};
  if (scale > 0) {
    for (double& score : problem.scores) score /= scale;
    line = minimise(problem, line, Free::InterceptAndSlope);
  }
  // Scores that rank patients the wrong way round, or all alike, carry no risk: the common risk for
  // everybody, never an inverted model.
  if (!(line.slope > 0)) {
    line = minimise(problem, {logit((positives + 1) / (total + 2)), 0}, Free::InterceptOnly);
    return {line.intercept, 0};
  }
  return {line.intercept - line.slope * mean / scale, line.slope / scale};
}

}  // namespace relearn
