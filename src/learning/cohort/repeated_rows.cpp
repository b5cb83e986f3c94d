#include "learning/cohort/repeated_rows.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace relearn {
namespace {

constexpr std::size_t kSampleRowsOfColumn = 20'000;

/// Two values a step: the steps wait for each other.
std::uint64_t hash_of(const SourceReading& reading, std::uint32_t row) {
  const auto bits = [&](std::size_t j) {
    return std::uint64_t{std::bit_cast<std::uint32_t>(reading.columns[j][row])};
  };
  std::uint64_t hash = reading.outcomes[row];
  const std::size_t columns = reading.columns.size();
  for (std::size_t j = 0; j + 1 < columns; j += 2)
    hash = hash_step(hash, bits(j) << 32 | bits(j + 1));
  return columns % 2 == 1 ? hash_step(hash, bits(columns - 1)) : hash;
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

/// Which values a row lacks.
std::uint64_t lacking(const SourceReading& reading, std::uint32_t row) {
  std::uint64_t pattern = 0;
  for (const std::vector<float>& column : reading.columns) {
    pattern = pattern << 1 ^ pattern >> 63 ^ std::uint64_t{std::isnan(column[row])};
  }
  return pattern;
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

ChanceTwins::ChanceTwins(const SourceReading& reading) {
  for (std::uint32_t row = 0; row < reading.rows(); ++row) {
    ++rows_lacking_[reading.outcomes[row]][lacking(reading, row)];
  }
  const std::size_t stride = std::max<std::size_t>(1, reading.rows() / kSampleRowsOfColumn);
  for (auto& samples : samples_) samples.resize(reading.columns.size());
  for (std::size_t j = 0; j < reading.columns.size(); ++j) {
    for (std::size_t i = 0; i < reading.rows(); i += stride) {
      const float value = reading.columns[j][i];
      if (!std::isnan(value)) samples_[reading.outcomes[i]][j].push_back(value);
    }
    for (auto& samples : samples_) std::sort(samples[j].begin(), samples[j].end());
  }
}

double ChanceTwins::expected(const SourceReading& of, std::uint32_t row) const {
  const std::uint8_t outcome = of.outcomes[row];
  const auto like = rows_lacking_[outcome].find(lacking(of, row));
  if (like == rows_lacking_[outcome].end()) return 0;
  double expected = like->second;
  for (std::size_t j = 0; j < of.columns.size(); ++j) {
    const float value = of.columns[j][row];
    if (std::isnan(value)) continue;
    const std::vector<float>& sample = samples_[outcome][j];
    const auto [from, to] = std::equal_range(sample.begin(), sample.end(), value);
    const auto equal = static_cast<double>(std::max<std::ptrdiff_t>(to - from, 1));
    expected *= equal / static_cast<double>(std::max<std::size_t>(sample.size(), 1));
  }
  return expected;
}

}  // namespace relearn
