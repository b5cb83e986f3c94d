// The part of a report that sets the candidate beside the live model.
#pragma once

#include <string>

#include "clinical/disease_file.h"
#include "lifecycle/training/training.h"
#include "pages/phrases.h"

namespace relearn {

/// HTML; empty when the job asked for no evidence.
std::string comparison_section(const DiseaseFile& disease, const TrainingRecord& record,
                               const Phrases& phrases);

}  // namespace relearn
