// How often the locked people may be looked at, and what each look may cost. The plan's total error
// is spent over looks (learning/metrics/error_budget.h); every look counts, also one that published
// nothing; counting starts anew only when the locked people are replaced.
#pragma once

#include <cstdint>
#include <string>

#include "clinical/change_plan.h"

namespace relearn {

/// The error of bounds that cost no look: of an erasure, of a model that is compared with nobody,
/// and where the locked people stay closed.
inline constexpr double kNoLookError = 0.05;

struct LookBudget {
  std::uint32_t looks_done = 0;
  double spent = 0;            // by the looks done
  double left = 0;             // of the plan's total
  double of_next = 0;          // error that the next look may cost
  std::string rotate_because;  // empty: the locked people may be looked at once more
};

/// locked_age_months: since these people were locked away.
LookBudget look_budget(const LockedSetPlan& plan, std::uint32_t looks_done, int locked_age_months);

}  // namespace relearn
