// The comparisons that several clauses make: with everybody, and with each contributor left out.
#pragma once

#include "lifecycle/gate/decide.h"

namespace relearn {

/// Step 3: not worse than the live model and the anchor, within the plan's margins.
bool not_worse_on_locked(const GateCase& one, const std::optional<LossDifference>& champion,
                         const std::optional<LossDifference>& anchor,
                         const std::optional<AurocDifference>& auroc);

/// Step 4: not worse, and better on average.
bool better_on_new(const GateCase& one, const std::optional<LossDifference>& champion);

/// Not worse on new people, at 10 %: asked of whom others than one contributor confirmed. A benefit
/// as small as that of most good refits would be above 0 by chance without one of four.
bool not_worse_on_new(const GateCase& one, const std::optional<LossDifference>& champion);

/// Step 9: better on all people together, at the error of the look.
bool superior(const GateCase& one);

}  // namespace relearn
