// The corrected resampled t test for differences seen in cross-validation: folds share training
// people, so the plain t test calls too much significant. Nadeau & Bengio 2003, Machine Learning
// 52:239.
#pragma once

#include <span>

#include "base/result.h"

namespace relearn {

/// H0: the mean difference is 0; one-sided against "above 0". A small p says that the procedure
/// is better on data of this size, not that a given model is.
struct CorrectedT {
  double t = 0;
  double naive_t = 0;  // without the correction, to show how much it matters
  double degrees = 0;
  double p_above_zero = 1;
};

/// differences: one a fold and repeat, at least two; test_to_train: n_test / n_train, 1/4 in five
/// folds. NotReady when they do not vary.
Result<CorrectedT> corrected_t(std::span<const double> differences, double test_to_train);

}  // namespace relearn
