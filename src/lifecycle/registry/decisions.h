// What people decide about attempts and versions. Whatever goes live by it is checked first; when
// it is live, whoever decided settles the files (placement.h). Nothing here learns.
#pragma once

#include <cstdint>
#include <string>

#include "base/calendar.h"
#include "base/cancel.h"
#include "base/result.h"
#include "lifecycle/registry/placement.h"

namespace relearn {

/// Every file of its bundle is as it was written, and a fresh process tells the golden cases from
/// its model as they were told when it was learnt.
Result<void> check_bundle(const Placement& placement, const std::filesystem::path& store,
                          const NewAttempt& attempt, const CancelToken& cancel);

struct Decision {
  std::int64_t number = 0;  // of the attempt; of a rollback, of the version to return to
  Actor by;
  std::string reason;
  std::int64_t seen_live = 0;  // of a rollback: the version that they saw live; 0: whichever is
};

Result<AttemptOutcome> approve_attempt(const Placement& placement, const Decision& decision,
                                       const Registry& registry, Moment now,
                                       const CancelToken& cancel);
Result<Version> force_attempt(const Placement& placement, const Decision& decision,
                              const Registry& registry, Moment now, const CancelToken& cancel);
Result<Version> roll_back(const Placement& placement, const Decision& decision,
                          const Registry& registry, Moment now, const CancelToken& cancel);

}  // namespace relearn
