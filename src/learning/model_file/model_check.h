// What must be true of a model before it is written, and so of every model that was read.
#pragma once

#include <cstddef>

#include "base/result.h"
#include "learning/model_file/model_file.h"

namespace relearn {

inline constexpr std::size_t kInputsMax = 10'000;
inline constexpr std::size_t kEncodedColumnsMax = 100'000;
inline constexpr std::size_t kMembersMax = 100;
inline constexpr std::size_t kFactsMax = 200;
inline constexpr std::size_t kFactBytesMax = 1 << 20;

/// Shapes, indices, finite numbers, trees that end, weights that sum to 1; and nothing set that the
/// file has no place for (a threshold at a leaf). The message names the place.
Result<void> check_model(const RiskModel& model);

/// Keys are lower-case words joined by '_', unique, and none that the file writes itself; values
/// are plain text.
Result<void> check_facts(const ModelFacts& facts, const RiskModel& model);

}  // namespace relearn
