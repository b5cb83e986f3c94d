// What became of the people on the way into a cohort file, in numbers and in a sentence. It names
// nobody, so that whoever may not see a record may see this.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace relearn {

/// Suppression is doubtful below this p: who is left out depends on the outcome (clinical practice
/// of the platform, docs/privacy/README.md).
inline constexpr double kSuppressionPMin = 0.01;

struct PrivacyReport {
  int privacy_version = 0;  // of the disease file's [privacy]
  int k_asked = 0;
  std::uint64_t k_reached = 0;  // size of the smallest class of the output; 0 when it is empty
  std::uint64_t records_in = 0, records_out = 0, persons_out = 0;
  std::map<std::string, std::uint64_t> set_aside;  // reason -> records; never passed
  std::uint64_t suppressed = 0;                    // records: too few alike at every level
  std::uint64_t suppressed_with = 0, suppressed_without = 0;  // people with and without the disease
  double suppression_p = 1;  // Fisher's exact test, two-sided, on people; H0: who is suppressed
                             // does not depend on the outcome
  double suppressed_share_max = 0;      // of the disease file; above: a warning
  std::vector<std::uint64_t> at_level;  // records published at each level, finest first
  std::uint64_t ages_grouped = 0;       // values above their predictor's group_above
  double one_class_share = 0;   // share of records in classes whose outcomes are all the same
  double information_lost = 0;  // mean over quasi-identifier cells of band width / range, in [0, 1]
  std::vector<std::string> quasi_identifiers;  // ids, "year" when a level tells it
  std::vector<std::string> warnings;           // one sentence each
  std::string sentence;                        // for a reader

  double suppressed_share() const;  // of the records that were not set aside
};

/// Fills `warnings` and `sentence` from the rest.
void explain(PrivacyReport& report);

/// Shares to three decimals, p to two digits: enough to decide by.
std::string privacy_report_json(const PrivacyReport& report);

}  // namespace relearn
