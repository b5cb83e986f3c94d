#include "lifecycle/selection/influence.h"

#include <algorithm>

namespace relearn {

std::map<std::string, double> influence_weights(const std::map<std::string, std::uint64_t>& records,
                                                std::uint64_t baseline_rows) {
  double fresh = 0;
  for (const auto& [contributor, count] : records) fresh += static_cast<double>(count);
  const double all = fresh + static_cast<double>(baseline_rows);
  const double equal = records.empty() ? 1 : 1 / static_cast<double>(records.size());
  const double cap_new = std::max(kNewShareMax, equal);
  const double cap_total = std::max(kTotalShareMax, equal);
  std::map<std::string, double> weights;
  for (const auto& [contributor, count] : records) {
    const double own = static_cast<double>(count);
    weights[contributor] = std::min({1.0, cap_new * fresh / own, cap_total * all / own});
  }
  return weights;
}

}  // namespace relearn
