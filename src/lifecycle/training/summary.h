// A training as a person reads it on a terminal.
#pragma once

#include <string>

#include "lifecycle/training/training.h"

namespace relearn {

/// At most 100 columns where the data allow, no colours, no control characters but line feeds.
std::string summary_text(const DiseaseFile& disease, const TrainingRecord& record);

}  // namespace relearn
