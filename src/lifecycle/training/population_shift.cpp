#include "lifecycle/training/population_shift.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "learning/metrics/distributions.h"
#include "learning/metrics/population_stability.h"
#include "learning/metrics/quantile.h"

namespace relearn {
namespace {

constexpr double kSignificance = 0.05;
constexpr int kTenths = 10;

/// New people's quasi-identifiers are told in bands, those of a baseline file as they are: both are
/// counted in the widest bands that still tell people apart. Upper ends; empty: no bands.
std::vector<double> band_ends(const DiseaseFile& disease, const std::string& id) {
  std::vector<double> ends;
  const int predictor = disease.find(id);
  for (const PrivacyLevel& level : disease.privacy.levels) {
    const auto bands = level.bands.find(predictor);
    if (bands == level.bands.end() || bands->second.size() < 2) continue;
    ends.clear();
    // A value that begins a band is of that band.
    for (std::size_t i = 1; i < bands->second.size(); ++i) {
      ends.push_back(std::nextafter(bands->second[i].from, -HUGE_VAL));
    }
  }
  return ends;
}

/// Upper ends of the bins, ascending; the last bin has none.
std::vector<double> bin_ends(const DiseaseFile& disease, const Cohort& cohort, std::size_t input) {
  const InputColumn& column = cohort.columns[input];
  std::vector<double> bands = band_ends(disease, column.id);
  if (!bands.empty()) return bands;
  std::vector<double> values;
  for (std::size_t row = 0; row < cohort.rows(); ++row) {
    const double value = cohort.column(input)[row];
    if (!cohort.is_new[row] && !std::isnan(value)) values.push_back(value);
  }
  std::sort(values.begin(), values.end());
  std::vector<double> ends;
  if (values.empty()) return ends;
  if (column.kind == PredictorKind::Category || column.kind == PredictorKind::Binary) {
    ends = values;
  } else {
    for (int tenth = 1; tenth < kTenths; ++tenth) {
      ends.push_back(quantile(values, static_cast<double>(tenth) / kTenths));
    }
  }
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  return ends;
}

/// The chance of an index as large as this input's when nothing has changed.
double chance_of_shift(const DiseaseFile& disease, const Cohort& cohort, std::size_t input) {
  const std::vector<double> ends = bin_ends(disease, cohort, input);
  std::vector<std::uint64_t> before(ends.size() + 2, 0), now(ends.size() + 2, 0);
  double n = 0, m = 0;
  for (std::size_t row = 0; row < cohort.rows(); ++row) {
    const double value = cohort.column(input)[row];
    const auto bin = std::isnan(value)
                         ? ends.size() + 1
                         : static_cast<std::size_t>(
                               std::lower_bound(ends.begin(), ends.end(), value) - ends.begin());
    ++(cohort.is_new[row] ? now : before)[bin];
    ++(cohort.is_new[row] ? m : n);
  }
  for (std::size_t bin = before.size(); bin-- > 0;) {
    if (before[bin] + now[bin] > 0) continue;
    before.erase(before.begin() + static_cast<std::ptrdiff_t>(bin));
    now.erase(now.begin() + static_cast<std::ptrdiff_t>(bin));
  }
  if (before.size() < 2) return 1;
  const auto index = population_stability(shares_of_counts(before), shares_of_counts(now));
  if (!index.ok()) return 1;
  return 1 -
         chi_squared_cdf(index.value() / (1 / n + 1 / m), static_cast<double>(before.size() - 1));
}

}  // namespace

std::vector<std::string> shifted_inputs(const DiseaseFile& disease, const Cohort& cohort) {
  std::vector<std::string> shifted;
  const auto fresh = std::ranges::count(cohort.is_new, 1);
  if (fresh == 0 || static_cast<std::size_t>(fresh) == cohort.rows()) return shifted;
  std::vector<std::pair<double, std::size_t>> chances;
  for (std::size_t j = 0; j < cohort.columns.size(); ++j) {
    chances.emplace_back(chance_of_shift(disease, cohort, j), j);
  }
  std::sort(chances.begin(), chances.end());
  for (std::size_t i = 0; i < chances.size(); ++i) {
    if (chances[i].first > kSignificance / static_cast<double>(chances.size() - i)) break;
    shifted.push_back(cohort.columns[chances[i].second].id);
  }
  return shifted;
}

}  // namespace relearn
