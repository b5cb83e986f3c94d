// The next generation of locked people: when those of now are worn out (looks or months of the
// plan), a share of the new people is locked away, of whom nothing was ever learnt, and the old
// ones may be learnt from. Drawn once, and written down by the caller: who is locked does not
// change afterwards, whatever comes in.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "clinical/change_plan.h"
#include "lifecycle/selection/selection.h"

namespace relearn {

/// A text under a key that only this installation has: so that nobody who sends in records can tell
/// or choose who is drawn.
using KeyedPerson = std::function<std::string(std::string_view person)>;

struct LockedDraw {
  std::vector<PredictionId> members;   // all selected records of the drawn people
  std::size_t persons = 0, cases = 0;  // drawn; persons 0: nobody
  std::string none_because;            // one sentence when nobody is drawn
  PeopleNeeded lacking;                // then: new confirmed people until somebody can be
};

/// Of the selection's new people (RawRecord::is_new == 1), whole persons, of each class the plan's
/// share, raised where it does not reach the plan's minima; nobody when that would be more than
/// half of a class. A person is a case when most of their records are.
LockedDraw draw_locked(const Selection& selection, const LockedSetPlan& plan, unsigned generation,
                       const KeyedPerson& keyed);

}  // namespace relearn
