// A published model, read to be compared with.
#pragma once

#include "base/result.h"
#include "clinical/disease_file.h"
#include "lifecycle/training/candidate.h"
#include "lifecycle/training/judgement.h"

namespace relearn {

/// Conflict when the file is not the one that the parent knows, or when its inputs are not those of
/// the disease file: then nothing can be compared, and nothing be updated.
Result<LiveModel> load_live_model(const DiseaseFile& disease, const ComparedModel& file);

}  // namespace relearn
