// AUROC: the chance that a case has a higher score than a non-case; ties count one half.
// Hanley & McNeil 1982, Radiology 143:29. Needs no risks: any score will do.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "learning/metrics/estimate.h"

namespace relearn {

/// Where the interval comes from. `BySize` takes the asymptotic one unless the data are too few.
enum class IntervalMethod { BySize, Asymptotic, Bootstrap };

/// Fewer persons than this in a class: the interval is a bootstrap's (clinical practice: normal
/// approximations of an AUROC need some 15 in each class).
inline constexpr std::size_t kAsymptoticPersonsMin = 15;

/// outcomes, scores: n; persons: n, or empty when every row is a person of its own.
///
/// Standard error: DeLong, DeLong & Clarke-Pearson 1988 (Biometrics 44:837), by placements in
/// O(n log n) (Sun & Xu 2014); rows of the same person by Obuchowski 1997 (Biometrics 53:567).
/// Interval: DeLong on the logit scale; bias-corrected accelerated bootstrap of persons within
/// class (Efron 1987, J Am Stat Assoc 82:171) when a class has fewer than 15 persons; where both
/// collapse (all cases above all non-cases) or a class is one person only, Newcombe 2006 (Stat Med
/// 25:559, method 5), whose standard error is then given when DeLong's does not exist.
/// The standard error is 0 when the scores separate the classes completely or are all equal.
///
/// NotReady "undefined: one class only"; InvalidInput for different lengths and for NaN.
Result<Estimate> auroc(std::span<const std::uint8_t> outcomes, std::span<const double> scores,
                       std::span<const std::uint32_t> persons = {},
                       IntervalMethod method = IntervalMethod::BySize);

/// AUROC of `scores` minus AUROC of `reference` on the same rows, paired (DeLong 1988).
/// H0: no difference; value / standard_error is standard normal under it. A small p says that the
/// two rank these people differently, not that either is good.
/// Interval: normal; by size a paired bootstrap of persons (the same draws for both) when there are
/// fewer than 50 persons, or 15 in a class, or one of the two AUROCs is above 0.95.
Result<Estimate> auroc_difference(std::span<const std::uint8_t> outcomes,
                                  std::span<const double> scores, std::span<const double> reference,
                                  std::span<const std::uint32_t> persons = {},
                                  IntervalMethod method = IntervalMethod::BySize);

/// Newcombe 2006, method 4: standard error of an AUROC known only by its value, for `cases` and
/// `non_cases` independent persons. For planning: no data needed.
double newcombe_standard_error(double auroc, double cases, double non_cases);

}  // namespace relearn
