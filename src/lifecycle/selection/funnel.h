// How many records were found and what became of each: every one is counted exactly once, so the
// parts add up to the whole, always.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace relearn {

struct FunnelStep {
  std::string label;  // "not mature: younger than 30 days"
  std::uint64_t count = 0;
};

struct Funnel {
  std::uint64_t found = 0;
  std::vector<FunnelStep> left_out;  // in the order of the steps; none of count 0
  std::uint64_t used = 0;

  /// Counts `count` records under `label`; nothing for 0.
  void leave_out(std::string_view label, std::uint64_t count);
  std::uint64_t count(std::string_view label) const;
  bool adds_up() const;
};

/// One line a step, numbers right-aligned; for a terminal.
std::string funnel_text(const Funnel& funnel);

}  // namespace relearn
