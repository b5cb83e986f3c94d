#include "learning/metrics/ranked_rows.h"

#include <algorithm>
#include <numeric>

namespace relearn {

RankedRows rank_rows(std::span<const double> scores) {
  RankedRows ranked;
  ranked.order.resize(scores.size());
  std::iota(ranked.order.begin(), ranked.order.end(), 0u);
  std::sort(ranked.order.begin(), ranked.order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return scores[a] < scores[b] || (scores[a] == scores[b] && a < b);
  });
  for (std::size_t k = 0; k < ranked.order.size(); ++k) {
    if (k == 0 || scores[ranked.order[k]] != scores[ranked.order[k - 1]]) {
      ranked.block_starts.push_back(k);
    }
  }
  ranked.block_starts.push_back(scores.size());
  return ranked;
}

}  // namespace relearn
