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

/// Upper ends of the bins, ascending; the last bin has none.
std::vector<double> bin_ends(const Cohort& cohort, std::size_t input) {
  const InputColumn& column = cohort.columns[input];
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
double chance_of_shift(const Cohort& cohort, std::size_t input) {
  const std::vector<double> ends = bin_ends(cohort, input);
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

std::vector<std::string> shifted_inputs(const Cohort& cohort) {
  std::vector<std::string> shifted;
  const auto fresh = std::ranges::count(cohort.is_new, 1);
  if (fresh == 0 || static_cast<std::size_t>(fresh) == cohort.rows()) return shifted;
  std::vector<std::pair<double, std::size_t>> chances;
  for (std::size_t j = 0; j < cohort.columns.size(); ++j) {
    chances.emplace_back(chance_of_shift(cohort, j), j);
  }
  std::sort(chances.begin(), chances.end());
  for (std::size_t i = 0; i < chances.size(); ++i) {
    if (chances[i].first > kSignificance / static_cast<double>(chances.size() - i)) break;
    shifted.push_back(cohort.columns[chances[i].second].id);
  }
  return shifted;
}

}  // namespace relearn
