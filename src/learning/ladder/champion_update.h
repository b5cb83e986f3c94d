// The live model, changed a little: the rungs of the ladder between keeping it and fitting another.
// All are fitted on new people only; what the old ones taught is the live model itself.
//
//   intercept         log-odds = a + live
//   slope             log-odds = a + b live
//   refit with prior  log-odds = a + live + x'd, ridge on d: the model can be of any family
//
// The result is an ordinary risk model: the first two move its calibration, the third adds a linear
// member to those of the live model. Whoever reads the file needs to know nothing about updates.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "learning/cohort/cohort.h"
#include "learning/models/risk_model.h"

namespace relearn {

/// The family of the linear member that a refit with a prior adds. A second refit adds to it.
inline constexpr std::string_view kCorrectionFamily = "correction";

/// What is tried as the ridge's penalty, in units of the log-likelihood, on standardised columns.
inline constexpr std::array<double, 6> kCorrectionPenalties = {0.3, 1, 3, 10, 30, 100};

struct ChampionUpdate {
  RiskModel model;
  double intercept = 0;      // a; for a refit that of standardised columns
  double slope = 1;          // b
  double penalty = 0;        // of a refit
  double largest_shift = 0;  // of a refit: the largest |d| on standardised columns
  unsigned parameters = 1;   // fitted numbers
};

/// Maximum likelihood, rows by their weights. NotReady when a class is missing.
Result<ChampionUpdate> update_intercept(const RiskModel& champion, const Cohort& people);

/// The same. NotReady too when the slope is not above 0: a live model that ranks new people the
/// wrong way round is a coding error until somebody has shown otherwise.
Result<ChampionUpdate> update_slope(const RiskModel& champion, const Cohort& people);

/// With this penalty. NotReady when the live model tells everybody the same.
Result<ChampionUpdate> refit_with_prior(const RiskModel& champion, const Cohort& people,
                                        double penalty);

/// The penalty with the lowest mean log loss in five person-grouped folds; of equal ones
/// the largest. NotReady when a class has fewer than five people.
Result<double> choose_correction_penalty(const RiskModel& champion, const Cohort& people,
                                         std::uint64_t seed);

}  // namespace relearn
