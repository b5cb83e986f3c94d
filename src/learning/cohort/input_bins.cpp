#include "learning/cohort/input_bins.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "learning/metrics/quantile.h"

namespace relearn {
namespace {

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

}  // namespace

std::vector<double> quantile_bin_ends(std::vector<double> values, int bins_max) {
  std::vector<double> ends;
  if (values.empty()) return ends;
  std::sort(values.begin(), values.end());
  for (int bin = 1; bin < bins_max; ++bin) {
    ends.push_back(quantile(values, static_cast<double>(bin) / bins_max));
  }
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  return ends;
}

std::vector<double> input_bin_ends(const DiseaseFile& disease, const InputColumn& column,
                                   std::span<const float> values, int bins_max) {
  std::vector<double> bands = band_ends(disease, column.id);
  if (!bands.empty()) return bands;
  std::vector<double> known;
  for (const float value : values) {
    if (!std::isnan(value)) known.push_back(value);
  }
  const bool coded = column.kind == PredictorKind::Category || column.kind == PredictorKind::Binary;
  if (!coded) return quantile_bin_ends(std::move(known), bins_max);
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  return known;
}

std::size_t bin_of(std::span<const double> ends, double value) {
  return static_cast<std::size_t>(std::lower_bound(ends.begin(), ends.end(), value) - ends.begin());
}

}  // namespace relearn
