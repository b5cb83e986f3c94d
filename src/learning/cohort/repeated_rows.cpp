#include "learning/cohort/repeated_rows.h"

#include <algorithm>
#include <bit>

namespace relearn {
namespace {

constexpr std::size_t kChanceRows = 20'000;

std::uint64_t hash_of(const SourceReading& reading, std::uint32_t row) {
  std::uint64_t hash = reading.outcomes[row];
  for (const std::vector<float>& column : reading.columns) {
    hash = hash_step(hash, std::bit_cast<std::uint32_t>(column[row]));
  }
  return hash;
}

/// Bits, so that missing equals missing; a reading holds one kind of NaN and no negative zero.
bool same(const SourceReading& a, std::uint32_t i, const SourceReading& b, std::uint32_t k) {
  if (a.outcomes[i] != b.outcomes[k]) return false;
  for (std::size_t j = 0; j < a.columns.size(); ++j) {
    if (std::bit_cast<std::uint32_t>(a.columns[j][i]) !=
        std::bit_cast<std::uint32_t>(b.columns[j][k])) {
      return false;
    }
  }
  return true;
}

/// The share of pairs of values that are equal.
template <typename T>
double equal_pairs(std::vector<T> values) {
  if (values.size() < 2) return 1;
  std::sort(values.begin(), values.end());
  double pairs = 0;
  for (std::size_t from = 0; from < values.size();) {
    std::size_t to = from;
    while (to < values.size() && values[to] == values[from]) ++to;
    const auto equal = static_cast<double>(to - from);
    pairs += equal * (equal - 1);
    from = to;
  }
  const auto n = static_cast<double>(values.size());
  return pairs / (n * (n - 1));
}

}  // namespace

RepeatedRows::Place RepeatedRows::place_of(std::uint32_t number) const {
  auto owner = readings_.end() - 1;
  while (owner->first > number) --owner;
  return {owner->reading, number - owner->first};
}

RepeatedRows::Place RepeatedRows::find_or_add(const SourceReading& reading, std::uint32_t row) {
  if (readings_.empty()) readings_.push_back({&reading, 0});
  if (readings_.back().reading != &reading) {
    const Numbered last = readings_.back();
    readings_.push_back({&reading, last.first + static_cast<std::uint32_t>(last.reading->rows())});
  }
  const std::uint32_t found =
      table_.find_or_add(hash_of(reading, row), readings_.back().first + row, [&](std::uint32_t n) {
        const Place earlier = place_of(n);
        return same(*earlier.reading, earlier.row, reading, row);
      });
  return found == RowTable::kNone ? Place{} : place_of(found);
}

double coincidence_chance(const SourceReading& reading) {
  const std::size_t rows = std::min(reading.rows(), kChanceRows);
  const std::size_t stride = rows == 0 ? 1 : reading.rows() / rows;
  const auto every = [&](auto&& value_of) {
    std::vector<std::uint32_t> values(rows);
    for (std::size_t i = 0; i < rows; ++i) values[i] = value_of(i * stride);
    return equal_pairs(std::move(values));
  };
  double chance = every([&](std::size_t i) { return std::uint32_t{reading.outcomes[i]}; });
  for (const std::vector<float>& column : reading.columns) {
    chance *= every([&](std::size_t i) { return std::bit_cast<std::uint32_t>(column[i]); });
  }
  return chance;
}

}  // namespace relearn
