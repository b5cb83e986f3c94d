#include "lifecycle/training/population_shift.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "learning/cohort/input_bins.h"
#include "learning/metrics/population_stability.h"

namespace relearn {
namespace {

constexpr double kSignificance = 0.05;
constexpr int kTenths = 10;

/// Of those who are not new.
std::vector<double> bin_ends(const DiseaseFile& disease, const Cohort& cohort, std::size_t input) {
  std::vector<float> values;
  for (std::size_t row = 0; row < cohort.rows(); ++row) {
    if (!cohort.is_new[row]) values.push_back(cohort.column(input)[row]);
  }
  return input_bin_ends(disease, cohort.columns[input], values, kTenths);
}

/// The chance of an index as large as this input's when nothing has changed.
double chance_of_shift(const DiseaseFile& disease, const Cohort& cohort, std::size_t input) {
  const std::vector<double> ends = bin_ends(disease, cohort, input);
  std::vector<std::uint64_t> before(ends.size() + 2, 0), now(ends.size() + 2, 0);
  for (std::size_t row = 0; row < cohort.rows(); ++row) {
    const double value = cohort.column(input)[row];
    const auto bin = std::isnan(value) ? ends.size() + 1 : bin_of(ends, value);
    ++(cohort.is_new[row] ? now : before)[bin];
  }
  return population_shift(before, now).p;
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
