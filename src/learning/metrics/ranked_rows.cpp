#include "learning/metrics/ranked_rows.h"

#include <algorithm>
#include <utility>

namespace relearn {

RankedRows rank_rows(std::span<const double> scores) {
  std::vector<std::pair<double, std::uint32_t>> sorted;  // beside each other: sorts much quicker
  sorted.reserve(scores.size());
  for (std::uint32_t row = 0; row < scores.size(); ++row) sorted.emplace_back(scores[row], row);
  std::sort(sorted.begin(), sorted.end());
  RankedRows ranked;
  ranked.order.reserve(scores.size());
  for (std::size_t k = 0; k < sorted.size(); ++k) {
    ranked.order.push_back(sorted[k].second);
    if (k == 0 || sorted[k].first != sorted[k - 1].first) ranked.block_starts.push_back(k);
  }
  ranked.block_starts.push_back(scores.size());
  return ranked;
}

}  // namespace relearn
