// What waits for a person: says what and why, decides nothing.
#pragma once

#include <string>
#include <vector>

#include "records/prediction.h"

namespace relearn {

/// Something for a person to look at: what, and why.
struct AdjudicationItem {
  enum class Kind { Quarantine, Contradiction, Surprise } kind = Kind::Surprise;
  std::vector<PredictionId> predictions;  // empty for a quarantine
  std::string what;                       // "contributor c-12", "batch b-3", "p-..."
  std::string why;                        // one sentence
};

}  // namespace relearn
