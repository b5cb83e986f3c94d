// Rows in order of a score, those of equal score together: what every measure of ranking needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace relearn {

struct RankedRows {
  std::vector<std::uint32_t> order;       // n, ascending score, then row
  std::vector<std::size_t> block_starts;  // first position of each block of equal scores, then n

  std::size_t blocks() const { return block_starts.size() - 1; }
  std::span<const std::uint32_t> block(std::size_t b) const {
    return std::span(order).subspan(block_starts[b], block_starts[b + 1] - block_starts[b]);
  }
};

/// scores: n, finite. O(n log n).
RankedRows rank_rows(std::span<const double> scores);

}  // namespace relearn
