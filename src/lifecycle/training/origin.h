// What only the parent knows about the records, and the report shows: how many were left at each
// step before the cohort file, and what leaving the people behind cost.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace relearn {

struct FunnelLine {
  std::string label;
  std::uint64_t count = 0;
};

struct RecordOrigin {
  std::vector<FunnelLine> funnel;
  std::vector<std::string> notes;  // sentences: who gets confirmed, what waits for a person
  std::string privacy_sentence;
  std::vector<std::pair<std::string, std::string>> privacy_numbers;  // what, how much
  std::string funnel_json, privacy_json;                             // as given; empty: not told
};

/// funnel_json: an ordered array of {"label", "count"} and {"note"}. privacy_json: an object; its
/// "sentence" is text, of the rest numbers are shown, an object of numbers line by line.
Result<RecordOrigin> parse_origin(const std::string& funnel_json, const std::string& privacy_json);

}  // namespace relearn
