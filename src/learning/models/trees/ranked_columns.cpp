#include "learning/models/trees/ranked_columns.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace relearn {

RankedColumns rank_columns(const Features& features, std::span<const std::uint32_t> rows) {
  RankedColumns ranked;
  ranked.rows = rows.size();
  ranked.columns = features.columns;
  ranked.bins.resize(rows.size() * features.columns);
  ranked.offsets.push_back(0);
  std::vector<float> distinct(rows.size());
  for (std::size_t j = 0; j < features.columns; ++j) {
    const std::span<const float> column = features.column(j);
    distinct.resize(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) distinct[i] = column[rows[i]];
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto found = std::lower_bound(distinct.begin(), distinct.end(), column[rows[i]]);
      const auto rank = static_cast<std::uint32_t>(found - distinct.begin());
      ranked.bins[i * features.columns + j] = ranked.offsets.back() + rank;
    }
    ranked.values.insert(ranked.values.end(), distinct.begin(), distinct.end());
    ranked.offsets.push_back(static_cast<std::uint32_t>(ranked.values.size()));
  }
  return ranked;
}

float threshold_between(float lower, float upper) {
  const double middle = static_cast<double>(lower) / 2 + static_cast<double>(upper) / 2;
  const auto rounded = static_cast<float>(middle);
  if (static_cast<double>(rounded) <= middle) return rounded;
  return std::nextafter(rounded, -std::numeric_limits<float>::infinity());
}

}  // namespace relearn
