#include "lifecycle/selection/funnel.h"

#include <fmt/format.h>

#include <algorithm>

namespace relearn {

void Funnel::leave_out(std::string_view label, std::uint64_t count) {
  if (count == 0) return;
  const auto found_line = std::ranges::find(left_out, label, &FunnelStep::label);
  if (found_line != left_out.end()) {
    found_line->count += count;
  } else {
    left_out.push_back({std::string(label), count});
  }
}

std::uint64_t Funnel::count(std::string_view label) const {
  const auto line = std::ranges::find(left_out, label, &FunnelStep::label);
  return line == left_out.end() ? 0 : line->count;
}

bool Funnel::adds_up() const {
  std::uint64_t sum = used;
  for (const FunnelStep& line : left_out) sum += line.count;
  return sum == found;
}

std::string funnel_text(const Funnel& funnel) {
  std::string text = fmt::format("{:>9}  predictions found\n", funnel.found);
  for (const FunnelStep& line : funnel.left_out) {
    text += fmt::format("{:>9}  {}\n", -static_cast<std::int64_t>(line.count), line.label);
  }
  return text + fmt::format("{:>9}  used\n", funnel.used);
}

}  // namespace relearn
