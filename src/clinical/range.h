// Two limits, both included.
#pragma once

namespace relearn {

struct Range {
  double low = 0;
  double high = 0;
  bool contains(double value) const { return value >= low && value <= high; }
};

}  // namespace relearn
