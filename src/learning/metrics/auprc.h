// AUPRC: average precision, the mean over cases of the share of cases among all who have at least
// that case's score. Not interpolated (Davis & Goadrich 2006, ICML); ties stand together. Its floor
// is the prevalence, so it is compared only on the same people.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "learning/metrics/estimate.h"

namespace relearn {

/// Standard error by the infinitesimal jackknife between persons (Efron 1981, Biometrika 68:589),
/// in O(n log n); interval on the logit scale (Boyd, Eng & Page 2013, ECML PKDD). When all cases
/// stand above all non-cases there is no error to see: the lower end is then Wilson's for as many
/// successes as there are persons with the disease.
Result<Estimate> auprc(std::span<const std::uint8_t> outcomes, std::span<const double> scores,
                       std::span<const std::uint32_t> persons = {});

}  // namespace relearn
