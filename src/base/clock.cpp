#include "base/clock.h"

#include <chrono>

namespace relearn {

WallClock machine_clock() {
  return [] {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return Moment{std::chrono::duration_cast<std::chrono::seconds>(now).count()};
  };
}

}  // namespace relearn
