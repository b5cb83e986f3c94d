// Would other people of the same kind have given the same risks? Refits on bootstrap samples of
// the people, applied to the people themselves (Riley & Collins 2023, Biom J 65:2200302).
#pragma once

#include <cstddef>

#include "base/cancel.h"
#include "learning/scrutiny/refit.h"

namespace relearn {

struct Stability {
  std::size_t refits = 0;
  double mean_change = 0;  // mean over people of their mean |risk of a refit - risk|
  double change_95th = 0;  // 95th percentile over people
};

/// Persons are drawn within their class, with all their rows.
Result<Stability> measure_stability(const Cohort& people, const RiskModel& model,
                                    const Refit& refit, const ScrutinyOptions& options,
                                    const CancelToken& cancel);

}  // namespace relearn
