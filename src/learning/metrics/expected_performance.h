// What a model's performance must be if its risks are true: an estimate before any outcome is known
// (confidence-based performance estimation; NannyML documentation, "performance estimation").
// Needs calibrated risks, and is blind to a changed relation between predictors and disease.
#pragma once

#include <span>

#include "base/result.h"

namespace relearn {

struct ExpectedPerformance {
  double auroc =
      0;  // mean over pairs of different people, weighted by their chance of being a pair
  double accuracy = 0;
  double sensitivity = 0;
  double specificity = 0;
  double brier = 0;
  double log_loss = 0;
};

/// risks: n >= 2. NotReady when no pair of a case and a non-case is possible.
Result<ExpectedPerformance> expected_performance(std::span<const double> risks, double threshold);

}  // namespace relearn
