// Choosing among candidates by out-of-fold log loss, sparingly. All functions are pure.
//
// The unit is the person: a person's loss is the mean over their rows, and standard errors are
// those of paired differences between persons (Breiman et al. 1984, Classification and Regression
// Trees, section 3.4.3, made paired).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "learning/models/calibration.h"
#include "learning/models/learner.h"

namespace relearn {

/// Out-of-fold scores of one fold plan: who was predicted, in which fold. Shapes: m rows predicted.
struct OutOfFold {
  std::vector<std::uint32_t> rows;     // m, row numbers of the cohort
  std::vector<std::uint16_t> fold;     // m, the fold in which the row was predicted
  std::vector<std::uint8_t> outcomes;  // m
  std::vector<double> weights;         // m
  std::vector<std::uint32_t> persons;  // m, renumbered 0 .. person_count-1
  std::size_t person_count = 0;
  std::size_t fold_count = 0;
};

/// Log loss of a row, log-odds clipped so that a risk never leaves [1e-6, 1 - 1e-6].
double log_odds_loss(double log_odds, std::uint8_t outcome);

/// Loss per person (person_count): weighted mean over the person's rows.
std::vector<double> person_losses(const OutOfFold& plan, std::span<const double> log_odds);

/// Mean over persons and the standard error of that mean.
struct MeanAndError {
  double mean = 0;
  double standard_error = 0;
};
MeanAndError mean_and_error(std::span<const double> values);

/// The first (simplest) of the candidates whose mean loss is within one standard error of the
/// paired difference to the best. losses: one vector per candidate, person by person, simplest
/// first.
std::size_t simplest_within_one_error(std::span<const std::vector<double>> losses);

/// Calibrates each fold's scores by what was fitted on the other folds. Scores: m. With one fold
/// only there are no others: the rows are halved by person instead.
std::vector<double> cross_fitted_log_odds(const OutOfFold& plan, std::span<const double> scores,
                                          CalibrationMethod method);

/// Person losses of a candidate after calibration, so that an under-confident forest and an
/// over-confident boosting are compared by what they know.
std::vector<double> calibrated_losses(const OutOfFold& plan, std::span<const double> scores,
                                      ScoreScale scale);

/// The calibration (None, Intercept or Logistic; margins always Platt) with the lowest cross-fitted
/// log loss, fitted on all scores.
struct ChosenCalibration {
  CalibrationMethod method = CalibrationMethod::None;
  Calibration calibration;
  std::vector<double> log_odds;  // m, cross-fitted: honest about the calibration's own cost
};
ChosenCalibration choose_calibration(const OutOfFold& plan, std::span<const double> scores,
                                     ScoreScale scale);

}  // namespace relearn
