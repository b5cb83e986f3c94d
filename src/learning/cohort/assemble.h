// From files to the cohort that models learn from.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "clinical/disease_file.h"
#include "learning/cohort/baseline.h"
#include "learning/cohort/cohort.h"

namespace relearn {

struct Assembly {
  Cohort cohort;                      // rows in order of readings; digest computed
  std::vector<std::string> warnings;  // one sentence each
};

/// Puts the readings of one disease together: model inputs only, persons of different readings are
/// different people, values above `group_above` are grouped. A row that stands in an earlier
/// reading already is left out with a warning; InvalidInput when most of a reading does (the same
/// people under two names), or when synthetic and real readings are mixed. Takes the readings, so
/// that the values are in memory once.
Result<Assembly> assemble(const DiseaseFile& disease, std::vector<SourceReading> readings);

/// One row a person: the mean of what was measured, the most frequent code (of equally frequent
/// ones the smallest), the outcome of most of their rows (a tie counts as disease), the source of
/// their first row, the mean of their weights. In order of person number.
Cohort mean_per_person(const Cohort& cohort);

}  // namespace relearn
