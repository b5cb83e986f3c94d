// The values of one input in a few bins, to compare two groups of people by.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "clinical/disease_file.h"
#include "learning/cohort/cohort.h"

namespace relearn {

/// Upper ends of the bins, ascending; the last bin has none. Codes are their own bins, as far as
/// they occur; numbers have quantiles of the values, at most `bins_max` bins; quasi-identifiers the
/// widest bands of [privacy] that tell people apart, because new people's are told in bands, those
/// of a baseline file as they are. values: NaN is missing. Empty: nobody has a value.
std::vector<double> input_bin_ends(const DiseaseFile& disease, const InputColumn& column,
                                   std::span<const float> values, int bins_max);

/// Upper ends of the bins of a number: its quantiles. Empty for no values.
std::vector<double> quantile_bin_ends(std::vector<double> values, int bins_max);

/// 0 .. ends.size()
std::size_t bin_of(std::span<const double> ends, double value);

}  // namespace relearn
