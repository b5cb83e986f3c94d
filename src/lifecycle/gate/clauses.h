// The clauses of the gate, in the order in which decide.cpp lists them; docs/gate.md describes
// each. A condition is written so that a number that is not a number does not meet it.
#pragma once

#include "lifecycle/gate/decide.h"

namespace relearn {

// clauses_before.cpp: is this evidence about this change, and is there enough of it?
ClauseFinding made_against_what_is_live(const GateCase& one);
ClauseFinding sound(const GateCase& one);              // P01, P04 to P08, P09, P10
ClauseFinding allowed_change(const GateCase& one);     // P01, P02
ClauseFinding not_too_often(const GateCase& one);      // P03
ClauseFinding enough_new_people(const GateCase& one);  // P03
ClauseFinding enough_locked_people(const GateCase& one);

// clauses_performance.cpp: steps 2 to 6 and 9
ClauseFinding above_the_floors(const GateCase& one);
ClauseFinding labels_not_reversed(const GateCase& one);
ClauseFinding locked_not_worse(const GateCase& one);
ClauseFinding new_people_better(const GateCase& one);
ClauseFinding sensitivity_kept(const GateCase& one);
ClauseFinding net_benefit_kept(const GateCase& one);
ClauseFinding better_for_all(const GateCase& one);

// clauses_harm.cpp: steps 7 and 8, and who decides
ClauseFinding no_group_harmed(const GateCase& one);
ClauseFinding stable(const GateCase& one);
ClauseFinding nobody_recognised(const GateCase& one);
ClauseFinding no_contributor_decides(const GateCase& one);
ClauseFinding who_decides(const GateCase& one);

}  // namespace relearn
