// Log loss: how surprised the risks were by what happened, in nats. The primary measure of the
// gate: strictly proper (Good 1952, J R Stat Soc B 14:107), so only the true risk does best.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "learning/metrics/estimate.h"

namespace relearn {

/// Loss of one row; the risk is clipped to [1e-6, 1 - 1e-6].
double log_loss_of(double risk, std::uint8_t outcome);

/// Mean over rows, with the standard error of that mean between persons.
Result<Estimate> log_loss(std::span<const std::uint8_t> outcomes, std::span<const double> risks,
                          std::span<const std::uint32_t> persons = {});

/// Log loss of `risks` minus log loss of `reference` on the same rows, paired: below 0 is better.
/// H0: both are equally good; value / standard_error is standard normal under it.
Result<Estimate> log_loss_difference(std::span<const std::uint8_t> outcomes,
                                     std::span<const double> risks,
                                     std::span<const double> reference,
                                     std::span<const std::uint32_t> persons = {});

}  // namespace relearn
