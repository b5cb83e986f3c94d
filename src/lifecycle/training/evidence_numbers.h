// Comparisons as the evidence writes them down.
#pragma once

#include "base/result.h"
#include "learning/evaluation/comparison.h"
#include "lifecycle/gate/evidence.h"

namespace relearn {

PeopleCounted count_people(const PairedRisks& people);  // one row a person

/// look_error: of the bound `upper_look`.
Result<LossDifference> loss_difference(const PairedRisks& pairs, double look_error);

/// Candidate minus reference, DeLong; rows of one person are taken together.
Result<AurocDifference> auroc_to(const PairedRisks& pairs, double look_error);

/// One-sided p of H0: the candidate is not worse. Normal.
double harm_p(const LossDifference& difference);

}  // namespace relearn
