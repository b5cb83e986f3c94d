// What a retrain found, as one self-contained HTML page: no script, no outside resource, readable
// on a phone, in light and dark, and on paper.
#pragma once

#include <string>

#include "lifecycle/retrain/retrain.h"

namespace relearn {

std::string report_page(const DiseaseFile& disease, const RetrainRecord& record);

}  // namespace relearn
