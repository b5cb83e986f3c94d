// The time of day comes in as an argument, so that a test can be in any year.
#pragma once

#include <functional>

#include "base/calendar.h"

namespace relearn {

using WallClock = std::function<Moment()>;

/// The clock of this machine. Only main asks for it.
WallClock machine_clock();

}  // namespace relearn
