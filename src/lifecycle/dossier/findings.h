// What the trainer found, read back from its report.json, with the funnel and the privacy report
// that its parent made.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "learning/evaluation/report.h"
#include "learning/evaluation/side_by_side.h"

namespace relearn {

struct SourceRead {
  std::string file, source, adapter;
  std::uint64_t rows = 0, accepted = 0, quarantined = 0, persons = 0;
};

struct CountedGroup {
  std::string id, label;
  std::uint64_t learnt_from = 0, locked = 0, fresh = 0;
};

/// Riley's criteria and what they were fed.
struct TierFacts {
  std::string tier;
  std::uint64_t parameters = 0, persons = 0, cases = 0;
  double for_shrinkage = 0, for_optimism = 0, for_overall_risk = 0;  // people; NaN: not finite
};

struct FunnelCount {
  std::string label;
  std::uint64_t count = 0;
};

struct Findings {
  bool synthetic = false;
  std::string model_digest, training_digest;
  std::string recipe;                // of the model file's facts
  std::string families;              // likewise
  std::vector<SourceRead> sources;   // the snapshot among them
  std::vector<CountedGroup> people;  // "everybody" first
  TierFacts tier;
  std::string because;  // why this rung; empty: no ladder was climbed
  Report report;
  std::optional<SideBySide> both;   // absent: there was nothing to compare with
  std::vector<FunnelCount> funnel;  // from "predictions found" to "used"
  std::vector<std::string> notes;
  std::string privacy_sentence;  // empty: no records of a store
  std::uint64_t snapshot_records = 0, snapshot_persons = 0;

  const CountedGroup* group(std::string_view id) const;
};

/// InvalidInput or BrokenInvariant, naming the document, when it is not what this program writes.
Result<Findings> read_findings(std::string_view report_json, std::string_view funnel_json,
                               std::string_view privacy_json);

}  // namespace relearn
