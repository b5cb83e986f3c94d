#include "privacy/generalise.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace relearn {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

const std::vector<Band>* bands_of(const PrivacyLevel& level, std::size_t predictor) {
  const auto found = level.bands.find(static_cast<int>(predictor));
  return found == level.bands.end() ? nullptr : &found->second;
}

/// Index of the band that holds the value; bands.size() when none does.
std::size_t band_index(std::span<const Band> bands, double value) {
  const auto above =
      std::find_if(bands.begin(), bands.end(), [&](const Band& band) { return band.from > value; });
  return above == bands.begin() ? bands.size()
                                : static_cast<std::size_t>(above - bands.begin()) - 1;
}

/// The rows' quasi-identifiers as they stand in `level_of`, column by column.
QuasiIdentifiers columns_told(const DiseaseFile& disease, std::span<const PrivateRow> rows,
                              std::span<const std::uint32_t> which, std::span<const int> level_of) {
  QuasiIdentifiers columns(quasi_identifiers(disease).size() + 1);
  for (std::vector<double>& column : columns) column.reserve(which.size());
  for (const std::uint32_t i : which) {
    const std::vector<double> values = told(disease, rows[i], level_of[i]);
    for (std::size_t j = 0; j < columns.size(); ++j) columns[j].push_back(values[j]);
  }
  return columns;
}

/// Of the people who are not told yet, those who can be told at `level` among all who are told:
/// leaving one out makes classes smaller, so look again until nobody has to be left out.
void tell_at(int level, const DiseaseFile& disease, std::span<const PrivateRow> rows,
             std::size_t persons, std::vector<int>& level_of) {
  std::vector<char> waiting(persons, 0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (level_of[i] != kSuppressed) continue;
    waiting[rows[i].person] = 1;
    level_of[i] = level;
  }
  const auto k = static_cast<std::uint64_t>(disease.privacy.k);
  for (bool again = true; again;) {
    again = false;
    std::vector<std::uint32_t> which, numbers;
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      if (level_of[i] == kSuppressed) continue;
      which.push_back(i);
      numbers.push_back(rows[i].person);
    }
    const AlikeClasses alike = find_alike(columns_told(disease, rows, which, level_of), numbers);
    std::vector<char> left_out(persons, 0);
    for (std::size_t w = 0; w < which.size(); ++w) {
      const std::uint32_t person = numbers[w];
      if (waiting[person] && alike.persons_in[alike.class_of[w]] < k) left_out[person] = 1;
    }
    for (const std::uint32_t i : which) {
      if (!left_out[rows[i].person]) continue;
      level_of[i] = kSuppressed;
      again = true;
    }
  }
}

/// What is possible for a measured predictor, after grouping.
Range possible(const Predictor& predictor) {
  const double high = predictor.group_above ? *predictor.group_above + 1 : predictor.hard.high;
  return {predictor.hard.low, high};
}

double width_share(const Predictor& predictor, std::span<const Band> bands, double value) {
  const std::size_t index = band_index(bands, value);
  if (index == bands.size()) return 0;
  const Range all = possible(predictor);
  const bool last = index + 1 == bands.size();
  if (predictor.is_coded()) {
    const auto joined =
        std::count_if(predictor.codes.begin(), predictor.codes.end(),
                      [&](const Code& code) { return band_index(bands, code.value) == index; });
    return static_cast<double>(joined - 1) / static_cast<double>(predictor.codes.size() - 1);
  }
  const double step = predictor.kind == PredictorKind::Integer ? 1 : 0;
  const double low = std::max(bands[index].from, all.low);
  const double high = last ? all.high : std::min(bands[index + 1].from - step, all.high);
  return std::clamp((high - low) / (all.high - all.low), 0.0, 1.0);
}

}  // namespace

std::vector<std::size_t> quasi_identifiers(const DiseaseFile& disease) {
  std::vector<std::size_t> found;
  for (std::size_t j = 0; j < disease.predictors.size(); ++j) {
    if (disease.predictors[j].quasi_identifier) found.push_back(j);
  }
  return found;
}

double banded(std::span<const Band> bands, double value) {
  if (std::isnan(value)) return value;
  const std::size_t index = band_index(bands, value);
  return index == bands.size() ? value : bands[index].as;
}

std::vector<double> told(const DiseaseFile& disease, const PrivateRow& row, int level) {
  const PrivacyLevel& plan = disease.privacy.levels[static_cast<std::size_t>(level)];
  std::vector<double> values;
  for (const std::size_t j : quasi_identifiers(disease)) {
    const std::vector<Band>* bands = bands_of(plan, j);
    values.push_back(bands == nullptr ? row.values[j] : banded(*bands, row.values[j]));
  }
  values.push_back(plan.year ? row.year : kMissing);
  return values;
}

std::vector<int> choose_levels(const DiseaseFile& disease, std::span<const PrivateRow> rows) {
  std::uint32_t persons = 0;
  for (const PrivateRow& row : rows) persons = std::max(persons, row.person + 1);
  std::vector<int> level_of(rows.size(), kSuppressed);
  for (std::size_t level = 0; level < disease.privacy.levels.size(); ++level) {
    tell_at(static_cast<int>(level), disease, rows, persons, level_of);
  }
  return level_of;
}

double information_lost(const DiseaseFile& disease, const PrivateRow& row, int level) {
  const PrivacyLevel& plan = disease.privacy.levels[static_cast<std::size_t>(level)];
  double sum = 0;
  std::size_t present = 0;
  for (const std::size_t j : quasi_identifiers(disease)) {
    if (std::isnan(row.values[j])) continue;
    ++present;
    const std::vector<Band>* bands = bands_of(plan, j);
    if (bands != nullptr) sum += width_share(disease.predictors[j], *bands, row.values[j]);
  }
  return present == 0 ? 0 : sum / static_cast<double>(present);
}

}  // namespace relearn
