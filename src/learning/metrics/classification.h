// What happens at a threshold: a risk at or above it is called "high". Improper measures (they can
// be raised by a worse model), so they describe and never decide.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "learning/metrics/estimate.h"

namespace relearn {

struct ConfusionCounts {
  std::size_t true_positives = 0;
  std::size_t false_positives = 0;
  std::size_t true_negatives = 0;
  std::size_t false_negatives = 0;
};

ConfusionCounts count_decisions(std::span<const std::uint8_t> outcomes,
                                std::span<const double> risks, double threshold);

/// Share of cases called high, of non-cases called not high, of those called high who are cases, of
/// those not called high who are not. Intervals: Wilson 1927; repeated persons lessen the number of
/// trials by their design effect (Rao & Scott 1992). PPV (NPV) is undefined when nobody is called
/// high (everybody is).
Result<Estimate> sensitivity(std::span<const std::uint8_t> outcomes, std::span<const double> risks,
                             double threshold, std::span<const std::uint32_t> persons = {});
Result<Estimate> specificity(std::span<const std::uint8_t> outcomes, std::span<const double> risks,
                             double threshold, std::span<const std::uint32_t> persons = {});
Result<Estimate> positive_predictive_value(std::span<const std::uint8_t> outcomes,
                                           std::span<const double> risks, double threshold,
                                           std::span<const std::uint32_t> persons = {});
Result<Estimate> negative_predictive_value(std::span<const std::uint8_t> outcomes,
                                           std::span<const double> risks, double threshold,
                                           std::span<const std::uint32_t> persons = {});

}  // namespace relearn
