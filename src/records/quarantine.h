// Outcomes that a test on arrival found odd wait here for a person. Nothing is deleted: what is
// released trains again, what is upheld never does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.h"

namespace relearn {

enum class QuarantineScope { Contributor, Batch };
enum class QuarantineState { Open, Released, Upheld };

std::string_view quarantine_scope_word(QuarantineScope scope);  // "contributor"
std::optional<QuarantineScope> parse_quarantine_scope(std::string_view word);
std::string_view quarantine_state_word(QuarantineState state);  // "open"
std::optional<QuarantineState> parse_quarantine_state(std::string_view word);

struct NewQuarantine {
  std::string disease;
  QuarantineScope scope = QuarantineScope::Batch;
  std::string subject;        // the opaque contributor or batch of ConfirmedRecord
  std::string reason;         // one sentence with the numbers
  std::uint64_t records = 0;  // that it holds back, when opened
};

struct Quarantine {
  std::int64_t id = 0;
  NewQuarantine what;
  QuarantineState state = QuarantineState::Open;
  Moment opened_at;
  Moment decided_at;                        // when not open
  std::string decided_by, decision_reason;  // when not open
};

}  // namespace relearn
