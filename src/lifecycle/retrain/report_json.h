// The same record for programs.
#pragma once

#include <string>

#include "lifecycle/retrain/retrain.h"

namespace relearn {

std::string report_json(const DiseaseFile& disease, const RetrainRecord& record);

}  // namespace relearn
