// Gradient boosting of the log loss with Newton leaves (Friedman 2001, Annals of Statistics 29;
// stochastic: Friedman 2002). Exact on clinical-sized data; by XGBoost's histograms on large data.
#pragma once

#include "learning/models/learner.h"

namespace relearn {

const Learner& boosting_learner();

}  // namespace relearn
