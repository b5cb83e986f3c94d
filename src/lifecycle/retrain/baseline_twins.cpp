#include "lifecycle/retrain/baseline_twins.h"

#include <cmath>
#include <limits>
#include <map>

#include "base/text.h"
#include "learning/cohort/repeated_rows.h"

namespace relearn {
namespace {

constexpr float kMissing = std::numeric_limits<float>::lowest();  // NaN equals nothing

/// Inputs of the model in canonical order, then the outcome.
using Key = std::vector<float>;

Key key_of(const DiseaseFile& disease, const RawRecord& record) {
  Key key;
  for (const std::size_t input : disease.model_inputs()) {
    key.push_back(kMissing);
    for (const auto& [id, text] : record.fields) {
      if (id != disease.predictors[input].id) continue;
      if (const auto value = parse_number(text)) key.back() = static_cast<float>(*value);
    }
  }
  key.push_back(record.outcome);
  return key;
}

Key key_of(const DiseaseFile& disease, const SourceReading& reading, std::size_t row) {
  Key key;
  for (const std::size_t input : disease.model_inputs()) {
    const float value = reading.columns[input][row];
    key.push_back(std::isnan(value) ? kMissing : value);
  }
  key.push_back(reading.outcomes[row]);
  return key;
}

}  // namespace

std::vector<std::size_t> baseline_twins(const DiseaseFile& disease,
                                        std::span<const RawRecord> records,
                                        std::span<const SourceReading> readings) {
  std::multimap<Key, std::size_t> wanted;
  for (std::size_t i = 0; i < records.size(); ++i) wanted.emplace(key_of(disease, records[i]), i);
  std::vector<char> is_twin(records.size(), 0);
  for (const SourceReading& reading : readings) {
    const ChanceTwins chance(reading);
    for (std::uint32_t row = 0; row < reading.rows(); ++row) {
      const auto [begin, end] = wanted.equal_range(key_of(disease, reading, row));
      if (begin == end || chance.expected(reading, row) > kChanceTwinsMax) continue;
      for (auto record = begin; record != end; ++record) is_twin[record->second] = 1;
    }
  }
  std::vector<std::size_t> twins;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (is_twin[i] != 0) twins.push_back(i);
  }
  return twins;
}

}  // namespace relearn
