// What a trainer needs to know to measure a candidate for a verdict, besides the records: the
// models to compare with, the number of this look at the locked people, and what only the parent
// can count.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "clinical/change_plan.h"

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
  std::uint32_t look = 1;  // number of this look at the locked people; 0: an erasure
  double look_error = 0.05;
  std::uint32_t locked_generation = 1;
  RetrainTrigger trigger = RetrainTrigger::Button;
  // What the parent counted.
  std::uint64_t untraced_rows = 0, privacy_findings = 0, open_quarantines = 0;
};

}  // namespace relearn
