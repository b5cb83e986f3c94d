// Outcomes that a test on arrival found odd wait here for a person. Nothing is deleted: what is
// released trains again, what is upheld never does.
#pragma once

#include <cstdint>
#include <string>

#include "base/calendar.h"

namespace relearn {

enum class QuarantineScope { Contributor, Batch };
enum class QuarantineState { Open, Released, Upheld };

struct NewQuarantine {
  std::string disease;
  QuarantineScope scope = QuarantineScope::Batch;
  std::string subject;      // the opaque contributor or batch of ConfirmedRecord
  std::string reason;       // one sentence with the numbers
  std::uint64_t records = 0;  // that it holds back, when opened
};

struct Quarantine {
  std::int64_t id = 0;
  NewQuarantine what;
  QuarantineState state = QuarantineState::Open;
  Moment opened_at;
  std::string decided_by, decision_reason;
};

}  // namespace relearn
