// Penalised logistic regression on restricted cubic splines: docs/models/spline_logistic.md.
#pragma once

#include "learning/models/learner.h"

namespace relearn {

/// Settings: `curve_penalty` on what bends, `penalty` on what is straight; both as in logistic
/// regression, on parts scaled to standard deviation 1.
const Learner& spline_logistic_learner();

/// Numeric columns with fewer different values are left straight.
inline constexpr std::size_t kDistinctForCurve = 8;

}  // namespace relearn
