// Random forest (Breiman 2001, Machine Learning 45): many trees, each grown on a bootstrap sample
// with a few random columns at each node; the risk is the mean of the leaves' shares of cases.
#pragma once

#include "learning/models/learner.h"

namespace relearn {

const Learner& forest_learner();

}  // namespace relearn
