// Whether the numbers of an evidence can be those of one candidate and one set of people.
#pragma once

#include <string>

#include "lifecycle/gate/evidence.h"

namespace relearn {

/// The first contradiction as "place what is wrong", or nothing.
std::string contradiction(const GateEvidence& evidence);

}  // namespace relearn
