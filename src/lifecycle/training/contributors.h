// What each contributor of new outcomes does to the candidate: the same change without them.
#pragma once

#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "lifecycle/gate/evidence.h"
#include "lifecycle/training/gather_evidence.h"

namespace relearn {

/// One entry each of those who confirmed somebody new, most people first, at most
/// kContributorsMax. The rung, its settings and calibrations stay; the people are learnt from
/// without all rows of the contributor. On L the refitted model is judged; on those of N whom
/// others confirmed it is cross-fitted in five folds.
Result<std::vector<LeftOut>> without_each_contributor(const EvidenceQuestion& question,
                                                      const JudgedPeople& judged,
                                                      const CancelToken& cancel);

}  // namespace relearn
