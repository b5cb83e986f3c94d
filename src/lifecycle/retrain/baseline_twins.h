// A person who stands in the baseline and among the records of the platform would be learnt from
// twice, and judged by a model that has seen them: such records are left out.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "clinical/disease_file.h"
#include "learning/cohort/baseline.h"
#include "privacy/raw_record.h"

namespace relearn {

/// Indices of the records that say the same as a baseline row in every input of the model and in
/// the outcome, where chance would not do it (repeated_rows.h). Rising.
std::vector<std::size_t> baseline_twins(const DiseaseFile& disease,
                                        std::span<const RawRecord> records,
                                        std::span<const SourceReading> readings);

}  // namespace relearn
