// Brier score: mean squared distance between risk and outcome (Brier 1950, Mon Weather Rev 78:1).
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "learning/metrics/estimate.h"

namespace relearn {

/// 0 is perfect; 0.25 is a coin. Mean over rows, standard error between persons.
Result<Estimate> brier(std::span<const std::uint8_t> outcomes, std::span<const double> risks,
                       std::span<const std::uint32_t> persons = {});

/// Scaled Brier score, the index of prediction accuracy: 1 - brier / (prevalence (1 - prevalence)),
/// 1 is perfect, 0 no better than telling everybody the prevalence (Kattan & Gerds 2018, Diagn
/// Progn Res 2:7). Standard error by the delta method, prevalence estimated, too.
Result<Estimate> scaled_brier(std::span<const std::uint8_t> outcomes, std::span<const double> risks,
                              std::span<const std::uint32_t> persons = {});

}  // namespace relearn
