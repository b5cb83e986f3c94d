// How a model is made again on other people, in one step: what the questions of this folder are
// asked through. They learn nothing about families, rungs or settings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "base/result.h"
#include "learning/cohort/cohort.h"
#include "learning/models/risk_model.h"

namespace relearn {

/// The same settings on these people; nothing is searched. Deterministic and thread-safe.
using Refit = std::function<Result<RiskModel>(const Cohort& people, std::uint64_t seed)>;

struct ScrutinyOptions {
  std::size_t fits = 64;
  std::uint64_t seed = 1;
  unsigned threads = 0;  // 0: one a core; never changes a result
};

}  // namespace relearn
