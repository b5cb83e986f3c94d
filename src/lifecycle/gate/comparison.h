// The comparisons that several clauses make: with everybody, and with each contributor left out.
#pragma once

#include "lifecycle/gate/decide.h"

namespace relearn {

/// Step 3: not worse than the live model and the anchor, within the plan's margins.
bool not_worse_on_locked(const GateCase& one, const std::optional<LossDifference>& champion,
                         const std::optional<LossDifference>& anchor,
                         const std::optional<AurocDifference>& auroc);

/// How the locked people's word on it is to be taken.
enum class LockedWord { Worse, Unclear, NotWorse };

/// Unclear: on average within all three margins, but a bound is beyond one; the people are too few.
LockedWord locked_word(const GateCase& one, const LockedEvidence& locked);

/// Step 4: not worse, and better on average.
bool better_on_new(const GateCase& one, const std::optional<LossDifference>& champion);

/// Steps 3 and 4 once more without one contributor, all at 10 %: what everybody's outcomes showed
/// at 5 % and less must not hang on one of them, and three quarters of a few people show less. A
/// benefit as small as that of most good refits would be above 0 by chance without one of four.
bool not_worse_without(const GateCase& one, const LeftOut& without);

/// Step 9: better on all people together, at the error of the look.
bool superior(const GateCase& one);

}  // namespace relearn
