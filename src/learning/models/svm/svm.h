// Support vector machine: docs/models/svm.md.
#pragma once

#include "learning/models/learner.h"

namespace relearn {

/// Settings: `rbf` (1: radial kernel, 0: linear), `c` (cost of a patient on the wrong side), and
/// one of `gamma` (as it is), `gamma_scale` (times 1 / columns that vary), `gamma_auto` (times 1 /
/// columns), on columns scaled to standard deviation 1.
const Learner& svm_learner();

/// The kernel matrix and the time grow with the square of the rows, and LIBSVM cannot be
/// interrupted: at this size a fit takes some tenths of a second.
inline constexpr std::size_t kSvmRowsMax = 2000;

}  // namespace relearn
