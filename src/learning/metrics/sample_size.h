// How many people a risk model needs (Riley et al. 2019, Stat Med 38:1276, binary outcomes, as in
// the R package pmsampsize): three criteria, the largest counts.
#pragma once

#include "base/result.h"

namespace relearn {

struct SampleSizeQuestion {
  unsigned parameters = 1;  // coefficients looked at: dummies and spline terms each count
  double prevalence = 0.5;
  double r_squared = 0.2;  // anticipated, Cox-Snell
};

struct SampleSize {
  double r_squared_max = 0;     // the largest Cox-Snell R2 at this prevalence
  double shrinkage_needed = 0;  // S of criterion 2
  double for_shrinkage = 0;     // criterion 1: expected shrinkage of at least 0.9
  double for_optimism = 0;      // criterion 2: optimism in R2 of at most 0.05 of its maximum
  double for_overall_risk = 0;  // criterion 3: overall risk within 0.05
  double needed() const;        // the largest of the three
};

/// InvalidInput for a prevalence outside (0, 1) or an R2 outside (0, its maximum).
Result<SampleSize> sample_size(const SampleSizeQuestion& question);

/// The Cox-Snell R2 that goes with an AUROC at a prevalence, when the linear predictor is normal
/// with the same spread in both classes: Riley et al. 2021 (Stat Med 40:859) simulate it; here it
/// is integrated, so it has no simulation error. auroc in (0.5, 1), prevalence in (0, 1).
Result<double> r_squared_of_auroc(double auroc, double prevalence);

}  // namespace relearn
