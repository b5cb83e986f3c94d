// L2 logistic regression: docs/models/logistic.md.
#pragma once

#include "learning/models/learner.h"

namespace relearn {

/// Setting `penalty`: lambda of 1/2 lambda |b|^2 against the summed log-likelihood, on columns
/// scaled to standard deviation 1 (scikit-learn's 1/C).
const Learner& logistic_learner();

}  // namespace relearn
