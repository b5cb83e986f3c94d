// McNemar's test: did two models decide differently, or did they only disagree evenly?
// McNemar 1947, Psychometrika 12:153.
#pragma once

#include <cstddef>

#include "base/result.h"

namespace relearn {

/// H0: among the people on whom the models disagree, each is right equally often.
struct McNemar {
  double exact = 1;  // two-sided, binomial
  double mid_p = 1;  // two-sided, half the weight of what was seen (Fagerland et al. 2013, BMC Med
                     // Res Methodol 13:91): less timid, close to nominal
  double more_lost = 1;  // one-sided, exact: small when `lost` is more than `gained` by chance
};

/// lost: decided rightly by the old model only; gained: by the new model only. NotReady when they
/// never disagree.
Result<McNemar> mcnemar(std::size_t lost, std::size_t gained);

}  // namespace relearn
