// What readers are shown of the people: counts by group, and both models on them. No person.
#pragma once

#include <vector>

#include "base/result.h"
#include "clinical/disease_file.h"
#include "learning/evaluation/side_by_side.h"
#include "learning/models/risk_model.h"
#include "lifecycle/training/judged_people.h"
#include "lifecycle/training/training.h"

namespace relearn {

/// People whose reasons are averaged: evenly spaced among the judged rows.
inline constexpr std::size_t kExplainedRows = 60;

/// Everybody, then the groups of the disease file. `locked` may be empty.
std::vector<GroupPeople> count_people(const DiseaseFile& disease, const Cohort& learning,
                                      const Cohort& locked);

/// judged.champion is not empty.
Result<SideBySide> put_side_by_side(const DiseaseFile& disease, const JudgedPeople& judged,
                                    const RiskModel& candidate, const RiskModel& live);

}  // namespace relearn
