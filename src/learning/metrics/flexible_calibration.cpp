#include "learning/metrics/flexible_calibration.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>

#include "base/normal.h"
#include "base/random.h"
#include "learning/metrics/distributions.h"
#include "learning/metrics/quantile.h"
#include "learning/metrics/risk_scale.h"

namespace relearn {
namespace {

constexpr std::size_t kDraws = 500;
constexpr std::size_t kPointsMax = 200;  // risks at which a drawn curve is looked at
constexpr std::uint64_t kSeed = 1;

// Harrell 2015, table 2.3.
constexpr std::array kThreeKnots = {0.10, 0.50, 0.90};
constexpr std::array kFourKnots = {0.05, 0.35, 0.65, 0.95};
constexpr std::array kFiveKnots = {0.05, 0.275, 0.50, 0.725, 0.95};

std::vector<double> knots_of(std::span<const double> sorted_log_odds, std::size_t persons) {
  std::span<const double> shares = kFiveKnots;
  if (persons < 1000) shares = kFourKnots;
  if (persons < 300) shares = kThreeKnots;
  std::vector<double> knots;
  for (const double share : shares) knots.push_back(quantile(sorted_log_odds, share));
  knots.erase(std::unique(knots.begin(), knots.end()), knots.end());
  std::vector<double> distinct(sorted_log_odds.begin(), sorted_log_odds.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  if (knots.size() < 3 || distinct.size() < knots.size()) knots.clear();
  return knots;
}

std::size_t terms(std::span<const double> knots) { return knots.empty() ? 2 : knots.size(); }

/// One row of the design (terms): 1, x, and Harrell's truncated cubes (scaled by the
/// squared distance of the outer knots).
void write_terms(std::span<const double> knots, double x, double* row) {
  row[0] = 1;
  row[1] = x;
  if (knots.empty()) return;
  const auto cube = [](double value) { return value > 0 ? value * value * value : 0.0; };
  const double last = knots.back(), before = knots[knots.size() - 2];
  const double scale = (last - knots[0]) * (last - knots[0]);
  for (std::size_t j = 0; j + 2 < knots.size(); ++j) {
    row[j + 2] = (cube(x - knots[j]) - cube(x - before) * (last - knots[j]) / (last - before) +
                  cube(x - last) * (before - knots[j]) / (last - before)) /
                 scale;
  }
}

std::vector<double> design_of(std::span<const double> knots, std::span<const double> log_odds) {
  std::vector<double> design(log_odds.size() * terms(knots));
  for (std::size_t i = 0; i < log_odds.size(); ++i) {
    write_terms(knots, log_odds[i], design.data() + i * terms(knots));
  }
  return design;
}

/// Evenly spaced among the sorted risks: all of them when there are few.
std::vector<double> representative(std::span<const double> sorted) {
  const std::size_t count = std::min(sorted.size(), kPointsMax);
  std::vector<double> points;
  for (std::size_t k = 0; k < count; ++k) {
    points.push_back(sorted[(2 * k + 1) * sorted.size() / (2 * count)]);
  }
  return points;
}

struct Distances {
  double ici = 0, e50 = 0, e90 = 0;
};

/// The value at this share of the ranking; reorders the values.
double ranked_at(std::vector<double>& values, double share) {
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1) + 0.5);
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

Distances summarise(std::vector<double> distances) {
  Distances summary;
  for (const double distance : distances) summary.ici += distance;
  summary.ici /= static_cast<double>(distances.size());
  summary.e50 = ranked_at(distances, 0.5);
  summary.e90 = ranked_at(distances, 0.9);
  return summary;
}

/// Distances of curves drawn around the fitted one.
std::vector<Distances> draw_distances(std::span<const double> points, std::span<const double> knots,
                                      const LogisticFit& fit) {
  const auto p = static_cast<Eigen::Index>(fit.coefficients.size());
  std::vector<double> log_odds_of_points;
  for (const double risk : points) log_odds_of_points.push_back(clipped_log_odds(risk));
  const std::vector<double> design = design_of(knots, log_odds_of_points);
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::Map<const RowMajor> X(design.data(), static_cast<Eigen::Index>(points.size()), p);
  const Eigen::Map<const RowMajor> covariance(fit.covariance.data(), p, p);
  const Eigen::Map<const Eigen::VectorXd> centre(fit.coefficients.data(), p);
  const Eigen::LLT<Eigen::MatrixXd> factor((Eigen::MatrixXd(covariance)));
  const Eigen::MatrixXd root = factor.matrixL();

  std::vector<Distances> drawn;
  for (std::size_t draw = 0; draw < kDraws; ++draw) {
    Random random(derive_seed(kSeed, "calibration curves", draw));
    Eigen::VectorXd noise(p);
    for (Eigen::Index j = 0; j < p; ++j) noise[j] = random.normal();
    const Eigen::VectorXd log_odds = X * (centre + root * noise);
    std::vector<double> distances(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
      distances[i] = std::fabs(points[i] - logistic(log_odds[static_cast<Eigen::Index>(i)]));
    }
    drawn.push_back(summarise(std::move(distances)));
  }
  return drawn;
}

/// Wald's test of "the curve is the diagonal": intercept 0, slope 1, no bends.
bool may_be_right(const LogisticFit& fit) {
  const auto p = static_cast<Eigen::Index>(fit.coefficients.size());
  Eigen::VectorXd away = Eigen::Map<const Eigen::VectorXd>(fit.coefficients.data(), p);
  away[1] -= 1;
  const Eigen::MatrixXd covariance = Eigen::Map<const Eigen::MatrixXd>(fit.covariance.data(), p, p);
  return away.dot(covariance.ldlt().solve(away)) <=
         chi_squared_quantile(0.95, static_cast<double>(p));
}

Estimate reflected(double value, std::span<const Distances> drawn, double Distances::*member) {
  std::vector<double> values;
  double mean = 0, squares = 0;
  for (const Distances& one : drawn) values.push_back(one.*member);
  for (const double one : values) mean += one / static_cast<double>(values.size());
  for (const double one : values) squares += (one - mean) * (one - mean);
  std::sort(values.begin(), values.end());
  return {value, std::sqrt(squares / static_cast<double>(values.size() - 1)),
          std::max(0.0, 2 * value - quantile(values, 0.975)),
          std::max(value, quantile(values, 0.975) - (mean - value))};
}

struct FittedCurve {
  std::vector<double> knots;
  LogisticFit fit;
};

Result<FittedCurve> fit_terms(std::span<const std::uint8_t> outcomes,
                              std::span<const double> log_odds, const PersonIndex& persons,
                              std::vector<double> knots) {
  LogisticFit fit = TRY(fit_logistic(design_of(knots, log_odds), {}, outcomes, persons));
  return FittedCurve{std::move(knots), std::move(fit)};
}

/// The spline, or a straight line where the risks are too few or too alike for a spline.
Result<FittedCurve> fit_curve(std::span<const std::uint8_t> outcomes, std::span<const double> risks,
                              std::span<const std::uint32_t> persons) {
  TRY(check_risks(outcomes, risks, persons));
  std::vector<double> log_odds(risks.size());
  std::transform(risks.begin(), risks.end(), log_odds.begin(), clipped_log_odds);
  std::vector<double> sorted = log_odds;
  std::sort(sorted.begin(), sorted.end());
  if (sorted.front() == sorted.back()) return not_ready("undefined: all risks are equal");
  const PersonIndex index = index_persons(persons, risks.size());
  const std::vector<double> knots = knots_of(sorted, index.count);
  if (!knots.empty()) {
    auto curve = fit_terms(outcomes, log_odds, index, knots);
    if (curve.ok()) return curve;
  }
  return fit_terms(outcomes, log_odds, index, {});
}

}  // namespace

Estimate CalibrationCurve::at(double risk) const {
  std::array<double, kFiveKnots.size()> x{};
  write_terms(knots_, clipped_log_odds(risk), x.data());
  const std::size_t p = terms(knots_);
  double log_odds = 0, variance = 0;
  for (std::size_t j = 0; j < p; ++j) {
    log_odds += x[j] * fit_.coefficients[j];
    for (std::size_t k = 0; k < p; ++k) variance += x[j] * fit_.covariance[j * p + k] * x[k];
  }
  const double error = std::sqrt(std::max(0.0, variance));
  const double share = logistic(log_odds);
  return {share, error * share * (1 - share), logistic(log_odds - kNormal975 * error),
          logistic(log_odds + kNormal975 * error)};
}

Result<CalibrationCurve> calibration_curve(std::span<const std::uint8_t> outcomes,
                                           std::span<const double> risks,
                                           std::span<const std::uint32_t> persons) {
  FittedCurve curve = TRY(fit_curve(outcomes, risks, persons));
  return CalibrationCurve(std::move(curve.knots), std::move(curve.fit));
}

Result<CalibrationDistance> calibration_distance(std::span<const std::uint8_t> outcomes,
                                                 std::span<const double> risks,
                                                 std::span<const std::uint32_t> persons) {
  const FittedCurve fitted = TRY(fit_curve(outcomes, risks, persons));
  const CalibrationCurve curve(fitted.knots, fitted.fit);
  std::vector<double> distances(risks.size());
  for (std::size_t i = 0; i < risks.size(); ++i) {
    distances[i] = std::fabs(risks[i] - curve.at(risks[i]).value);
  }
  const Distances seen = summarise(std::move(distances));
  std::vector<double> sorted(risks.begin(), risks.end());
  std::sort(sorted.begin(), sorted.end());
  const auto drawn = draw_distances(representative(sorted), fitted.knots, fitted.fit);
  CalibrationDistance distance{reflected(seen.ici, drawn, &Distances::ici),
                               reflected(seen.e50, drawn, &Distances::e50),
                               reflected(seen.e90, drawn, &Distances::e90)};
  if (may_be_right(fitted.fit)) distance.ici.low = distance.e50.low = distance.e90.low = 0;
  return distance;
}

}  // namespace relearn
