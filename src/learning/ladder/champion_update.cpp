#include "learning/ladder/champion_update.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/normal.h"
#include "base/random.h"
#include "learning/cohort/folds.h"
#include "learning/evaluation/comparison.h"
#include "learning/models/features.h"
#include "learning/models/learner.h"
#include "learning/models/logistic/penalised_logistic.h"
#include "learning/models/risk_scorer.h"
#include "learning/models/standardised.h"

namespace relearn {
namespace {

constexpr unsigned kPenaltyFolds = 5;
constexpr Filling kCorrectionFilling = Filling::Mean;  // that of a linear model

std::vector<std::uint32_t> all_rows(const Cohort& cohort) {
  std::vector<std::uint32_t> rows(cohort.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

Result<void> need_both_classes(const Cohort& people) {
  const auto cases = std::ranges::count(people.outcomes, 1);
  if (cases > 0 && static_cast<std::size_t>(cases) < people.rows()) return {};
  return not_ready(fmt::format("{} of {} new people have the disease; both outcomes are needed",
                               cases, people.rows()));
}

/// The champion with a + b times its log-odds.
RiskModel recalibrated(const RiskModel& champion, double a, double b) {
  RiskModel model = champion;
  model.calibration.intercept = a + b * champion.calibration.intercept;
  model.calibration.slope = b * champion.calibration.slope;
  return model;
}

/// Adds `change` to the champion's log-odds. With c1 the slope of its last calibration and w the
/// weight of the new member, the member's score is change / (c1 w). Halving every weight and
/// doubling c1 is exact, and changes nothing else.
RiskModel corrected(const RiskModel& champion, LinearModel change) {
  RiskModel model = champion;
  if (model.members.empty() || model.members.back().family != kCorrectionFamily) {
    for (Member& member : model.members) member.weight /= 2;
    model.calibration.slope *= 2;
    LinearModel nothing{0, std::vector<double>(model.encoder.columns.size(), 0.0)};
    model.members.push_back({std::string(kCorrectionFamily), Model{std::move(nothing)}, {}, 0.5});
  }
  Member& member = model.members.back();
  auto& linear = std::get<LinearModel>(member.model);
  const double unit = model.calibration.slope * member.weight;
  linear.intercept += change.intercept / unit;
  for (std::size_t j = 0; j < linear.coefficients.size(); ++j) {
    linear.coefficients[j] += change.coefficients[j] / unit;
  }
  return model;
}

struct Correction {
  LinearModel change;  // on encoded columns
  double intercept = 0;
  double largest_shift = 0;
  unsigned parameters = 0;
};

/// The rows' correction, champion's log-odds as offset.
Correction fit_correction(const Features& features, const Cohort& people,
                          std::span<const double> log_odds, std::span<const std::uint32_t> rows,
                          double penalty) {
  const TrainingSet training{features, people.outcomes, people.weights, rows};
  const Standardised x = standardise(training);
  const std::vector<std::uint8_t> outcomes = training_outcomes(training);
  const std::vector<double> weights = training_weights(training);
  const std::vector<double> penalties(x.columns, penalty);
  std::vector<double> offset;
  for (const std::uint32_t row : rows) offset.push_back(log_odds[row]);
  const PenalisedFit fit = fit_penalised_logistic({.rows = x.rows,
                                                   .columns = x.columns,
                                                   .design = x.values,
                                                   .outcomes = outcomes,
                                                   .weights = weights,
                                                   .penalties = penalties,
                                                   .offset = offset});
  Correction correction{unscaled(x, fit.intercept, fit.coefficients), fit.intercept, 0,
                        static_cast<unsigned>(x.varying_columns() + 1)};
  for (const double coefficient : fit.coefficients) {
    correction.largest_shift = std::max(correction.largest_shift, std::fabs(coefficient));
  }
  return correction;
}

double corrected_risk(const LinearModel& change, const Features& features, std::uint32_t row,
                      double log_odds) {
  double sum = log_odds + change.intercept;
  for (std::size_t j = 0; j < features.columns; ++j) {
    sum += change.coefficients[j] * features.at(row, j);
  }
  return logistic(sum);
}

Result<void> need_a_ranking_champion(const RiskModel& champion) {
  if (champion.calibration.slope > 0) return {};
  return not_ready("the live model tells everybody the same risk; there is nothing to correct");
}

}  // namespace

Result<ChampionUpdate> update_intercept(const RiskModel& champion, const Cohort& people) {
  TRY(need_both_classes(people));
  const std::vector<double> offset = log_odds_of(champion, people);
  const PenalisedFit fit = fit_penalised_logistic({.rows = people.rows(),
                                                   .columns = 0,
                                                   .design = {},
                                                   .outcomes = people.outcomes,
                                                   .weights = people.weights,
                                                   .penalties = {},
                                                   .offset = offset});
  return ChampionUpdate{.model = recalibrated(champion, fit.intercept, 1),
                        .intercept = fit.intercept};
}

Result<ChampionUpdate> update_slope(const RiskModel& champion, const Cohort& people) {
  TRY(need_both_classes(people));
  const std::vector<double> log_odds = log_odds_of(champion, people);
  constexpr double kNoPenalty[] = {0};
  constexpr double kStart[] = {1};
  const PenalisedFit fit = fit_penalised_logistic({.rows = people.rows(),
                                                   .columns = 1,
                                                   .design = log_odds,
                                                   .outcomes = people.outcomes,
                                                   .weights = people.weights,
                                                   .penalties = kNoPenalty,
                                                   .offset = {},
                                                   .prior = kStart});
  const double slope = fit.coefficients[0];
  if (!(slope > 0)) {
    return not_ready(fmt::format(
        "the live model ranks {} new people the wrong way round (slope {:.2f}); are their "
        "outcomes coded as they should be?",
        people.rows(), slope));
  }
  return ChampionUpdate{.model = recalibrated(champion, fit.intercept, slope),
                        .intercept = fit.intercept,
                        .slope = slope,
                        .parameters = 2};
}

Result<ChampionUpdate> refit_with_prior(const RiskModel& champion, const Cohort& people,
                                        double penalty) {
  TRY(need_both_classes(people));
  TRY(need_a_ranking_champion(champion));
  const Features features = champion.encoder.encode(people, kCorrectionFilling);
  Correction correction =
      fit_correction(features, people, log_odds_of(champion, people), all_rows(people), penalty);
  return ChampionUpdate{.model = corrected(champion, std::move(correction.change)),
                        .intercept = correction.intercept,
                        .penalty = penalty,
                        .largest_shift = correction.largest_shift,
                        .parameters = correction.parameters};
}

Result<double> choose_correction_penalty(const RiskModel& champion, const Cohort& people,
                                         std::uint64_t seed) {
  const std::vector<Fold> folds =
      TRY(person_folds(people, all_rows(people), kPenaltyFolds, derive_seed(seed, "penalty")));
  const Features features = champion.encoder.encode(people, kCorrectionFilling);
  const std::vector<double> log_odds = log_odds_of(champion, people);
  double best = kCorrectionPenalties.back();
  double lowest = std::numeric_limits<double>::infinity();
  for (std::size_t i = kCorrectionPenalties.size(); i-- > 0;) {
    double sum = 0;
    for (const Fold& fold : folds) {
      const Correction correction =
          fit_correction(features, people, log_odds, fold.train, kCorrectionPenalties[i]);
      for (const std::uint32_t row : fold.test) {
        sum += compared_loss(corrected_risk(correction.change, features, row, log_odds[row]),
                             people.outcomes[row]);
      }
    }
    if (sum < lowest) lowest = sum, best = kCorrectionPenalties[i];
  }
  return best;
}

}  // namespace relearn
