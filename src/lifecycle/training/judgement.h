// What a trainer needs to know to measure a candidate for a verdict, besides the records: the
// models to compare with, the number of this look at the locked people, and what only the parent
// can count.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "clinical/change_plan.h"
#include "lifecycle/gate/decide.h"

namespace relearn {

/// A .sav file that is compared with.
struct ComparedModel {
  std::filesystem::path path;  // absolute; empty: there is none
  std::string digest;          // of the file's bytes, as the parent knows it

  bool given() const { return !path.empty(); }
};

struct Judgement {
  ComparedModel champion;  // the model that is live
  ComparedModel anchor;    // the first of this locked set; given exactly when the champion is
  // Number of the next look at the locked people, and its error. 0 (and kNoLookError): none is
  // spent, because it is an erasure or nothing can be compared. They may stay closed all the same.
  std::uint32_t look = 1;
  double look_error = 0.05;
  std::uint32_t locked_generation = 1;
  RetrainTrigger trigger = RetrainTrigger::Button;
  int locked_age_months = 0;
  std::optional<int> days_since_change;  // of the live model; nothing: it never changed
  // What the parent counted.
  std::uint64_t untraced_rows = 0, privacy_findings = 0, open_quarantines = 0;
};

/// What a verdict on its evidence depends on besides; the same for trainer and parent.
inline DecisionContext context_of(const Judgement& judgement) {
  return {.trigger = judgement.trigger,
          .looks_done = judgement.look == 0 ? 0 : judgement.look - 1,
          .locked_age_months = judgement.locked_age_months,
          .days_since_change = judgement.days_since_change};
}

}  // namespace relearn
