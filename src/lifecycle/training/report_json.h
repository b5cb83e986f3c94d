// The same record for programs.
#pragma once

#include <string>
#include <string_view>

#include "lifecycle/training/training.h"

namespace relearn {

std::string report_json(const DiseaseFile& disease, const TrainingRecord& record,
                        std::string_view model_digest);

}  // namespace relearn
