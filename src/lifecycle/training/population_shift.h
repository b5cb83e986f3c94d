// Which inputs of the new people are unlike those of the people learnt from before.
#pragma once

#include <string>
#include <vector>

#include "clinical/disease_file.h"
#include "learning/cohort/cohort.h"

namespace relearn {

/// Ids of the inputs whose population stability index between the rows that are not new and those
/// that are is beyond chance: index / (1/n + 1/m) against chi-squared (Yurdakul 2018), Holm's
/// correction over the inputs, 5 % in all. Codes are their own bins; numbers have the tenths of the
/// rows that are not new, quasi-identifiers the bands of [privacy]; missing is a bin. Empty when
/// nobody is new.
std::vector<std::string> shifted_inputs(const DiseaseFile& disease, const Cohort& cohort);

}  // namespace relearn
