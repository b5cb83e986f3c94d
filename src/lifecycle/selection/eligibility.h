// May this confirmed record train? A pure answer from the record, the disease file and the cut-off.
#pragma once

#include <optional>
#include <string>

#include "base/calendar.h"
#include "clinical/disease_file.h"
#include "records/record_store.h"

namespace relearn {

/// Whether the record belongs to a closed cohort: cases are confirmed sooner than the healthy, so
/// until everybody of a time has had `maturity_days` to be confirmed, those who were are not like
/// the rest (Begg & Greenes 1983, Biometrics 39:207, for what selective verification does).
bool is_mature(const ConfirmedRecord& record, const DiseaseFile& disease, Moment cut_off);

/// Why not, in words that can be counted; nothing when it may. In this order: withdrawn person, not
/// mature, a reference standard that does not train, an outcome observed before the assessment or
/// after the disease's horizon.
std::optional<std::string> why_not_eligible(const ConfirmedRecord& record,
                                            const DiseaseFile& disease, Moment cut_off);

}  // namespace relearn
