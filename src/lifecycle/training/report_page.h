// What a retrain found, as one self-contained HTML page: no script, no outside resource, readable
// on a phone, in light and dark, and on paper.
#pragma once

#include <string>
#include <string_view>

#include "lifecycle/training/training.h"

namespace relearn {

Result<std::string> report_page(const DiseaseFile& disease, const TrainingRecord& record,
                                std::string_view model_digest);

}  // namespace relearn
