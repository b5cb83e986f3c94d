#include "learning/search/selection.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace relearn {
namespace {

constexpr double kLogOddsMax = 13.815509557963773;  // logit(1 - 1e-6)

/// Rows that calibrate the scores of `fold`: all others; or with one fold the other half of
/// persons.
bool calibrates(const OutOfFold& plan, std::size_t row, std::size_t part) {
  if (plan.fold_count > 1) return plan.fold[row] != part;
  return plan.persons[row] % 2 != part;
}

}  // namespace

double log_odds_loss(double log_odds, std::uint8_t outcome) {
  const double z = std::clamp(log_odds, -kLogOddsMax, kLogOddsMax);
  const double against = outcome ? -z : z;  // log(1 + exp(against)), without overflow
  return against > 0 ? against + std::log1p(std::exp(-against)) : std::log1p(std::exp(against));
}

std::vector<double> person_losses(const OutOfFold& plan, std::span<const double> log_odds) {
  std::vector<double> loss(plan.person_count, 0.0);
  std::vector<double> weight(plan.person_count, 0.0);
  for (std::size_t i = 0; i < log_odds.size(); ++i) {
    loss[plan.persons[i]] += plan.weights[i] * log_odds_loss(log_odds[i], plan.outcomes[i]);
    weight[plan.persons[i]] += plan.weights[i];
  }
  for (std::size_t p = 0; p < loss.size(); ++p) loss[p] /= weight[p];
  return loss;
}

MeanAndError mean_and_error(std::span<const double> values) {
  const double n = static_cast<double>(values.size());
  double sum = 0;
  for (const double value : values) sum += value;
  const double mean = sum / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, values.size() < 2 ? 0.0 : std::sqrt(squares / (n - 1) / n)};
}

std::size_t simplest_within_one_error(std::span<const std::vector<double>> losses) {
  std::vector<double> means;
  for (const auto& loss : losses) means.push_back(mean_and_error(loss).mean);
  const std::size_t best =
      static_cast<std::size_t>(std::min_element(means.begin(), means.end()) - means.begin());
  std::vector<double> difference(losses[best].size());
  for (std::size_t c = 0; c < best; ++c) {
    for (std::size_t p = 0; p < difference.size(); ++p) {
      difference[p] = losses[c][p] - losses[best][p];
    }
    const MeanAndError extra = mean_and_error(difference);
    if (extra.mean <= extra.standard_error) return c;
  }
  return best;
}

std::vector<double> cross_fitted_log_odds(const OutOfFold& plan, std::span<const double> scores,
                                          CalibrationMethod method) {
  std::vector<double> log_odds(scores.begin(), scores.end());
  if (method == CalibrationMethod::None) return log_odds;
  const std::size_t parts = std::max<std::size_t>(plan.fold_count, 2);
  for (std::size_t part = 0; part < parts; ++part) {
    std::vector<double> fit_scores, fit_weights;
    std::vector<std::uint8_t> fit_outcomes;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (!calibrates(plan, i, part)) continue;
      fit_scores.push_back(scores[i]);
      fit_outcomes.push_back(plan.outcomes[i]);
      fit_weights.push_back(plan.weights[i]);
    }
    const Calibration calibration = fit_calibration(method, fit_scores, fit_outcomes, fit_weights);
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (!calibrates(plan, i, part)) log_odds[i] = calibration.apply(scores[i]);
    }
  }
  return log_odds;
}

std::vector<double> calibrated_losses(const OutOfFold& plan, std::span<const double> scores,
                                      ScoreScale scale) {
  const auto method =
      scale == ScoreScale::Margin ? CalibrationMethod::Platt : CalibrationMethod::Logistic;
  return person_losses(plan, cross_fitted_log_odds(plan, scores, method));
}

ChosenCalibration choose_calibration(const OutOfFold& plan, std::span<const double> scores,
                                     ScoreScale scale) {
  constexpr std::array kForLogOdds = {CalibrationMethod::None, CalibrationMethod::Intercept,
                                      CalibrationMethod::Logistic};
  constexpr std::array kForMargins = {CalibrationMethod::Platt};
  const std::span<const CalibrationMethod> methods =
      scale == ScoreScale::Margin ? std::span<const CalibrationMethod>(kForMargins) : kForLogOdds;
  ChosenCalibration best;
  double lowest = std::numeric_limits<double>::infinity();
  for (const CalibrationMethod method : methods) {
    std::vector<double> log_odds = cross_fitted_log_odds(plan, scores, method);
    const double loss = mean_and_error(person_losses(plan, log_odds)).mean;
    if (loss >= lowest) continue;
    lowest = loss;
    best = {method, fit_calibration(method, scores, plan.outcomes, plan.weights),
            std::move(log_odds)};
  }
  return best;
}

}  // namespace relearn
