#include "lifecycle/gate/look_budget.h"

#include <fmt/format.h>

#include "learning/metrics/error_budget.h"

namespace relearn {

LookBudget look_budget(const LockedSetPlan& plan, std::uint32_t looks_done, int locked_age_months) {
  LookBudget budget;
  budget.looks_done = looks_done;
  for (std::uint32_t look = 1; look <= looks_done; ++look) {
    budget.spent += error_of_look(plan.error_total, look);
  }
  budget.left = plan.error_total - budget.spent;
  budget.of_next = error_of_look(plan.error_total, looks_done + 1);
  if (looks_done >= static_cast<std::uint32_t>(plan.looks_max)) {
    budget.rotate_because = fmt::format("they have been looked at {} times, the plan allows {}",
                                        looks_done, plan.looks_max);
  } else if (locked_age_months > plan.months_max) {
    budget.rotate_because = fmt::format("they were locked away {} months ago, the plan allows {}",
                                        locked_age_months, plan.months_max);
  }
  return budget;
}

}  // namespace relearn
