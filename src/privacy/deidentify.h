// Where the people end: raw records in, a cohort file and a privacy report out. Fail closed: what the
// disease file does not name does not pass.
//
//   project     only predictors of the disease file; a record with any other field is set aside
//   scan        every value must be a number or a code of the predictor; whatever looks like an
//               identifier sets the record aside, also where it would parse
//   group       ages above the limit are one group; moments become a calendar year; nobody's id stays:
//               fresh random person and contributor numbers for each snapshot
//   generalise  quasi-identifiers into the fixed bands of [privacy], finest level first; who is one of
//               fewer than k at every level is suppressed
//   test        was suppression independent of the outcome?
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "clinical/disease_file.h"
#include "privacy/raw_record.h"

namespace relearn {

/// One record that did not pass, and why; without the value.
struct SetAside {
  std::size_t record = 0;  // index into the input
  std::string reason;      // countable: "unknown field", "e-mail address", "telephone number" ...
};

struct PrivacyReport {
  int privacy_version = 0;  // of the disease file's [privacy]
  int k_asked = 0;
  std::uint64_t k_reached = 0;  // size of the smallest class of the output; 0 when it is empty
  std::uint64_t records_in = 0, records_out = 0, persons_out = 0;
  std::map<std::string, std::uint64_t> set_aside;  // reason -> records; never passed
  std::uint64_t suppressed = 0;                    // too few alike
  std::uint64_t suppressed_with = 0, suppressed_without = 0;  // ... with and without the disease
  double suppression_p = 1;  // Fisher's exact test of independence of the outcome, two-sided
  std::vector<std::uint64_t> at_level;             // records published at each level, finest first
  std::uint64_t ages_grouped = 0;
  double one_class_share = 0;  // share of records in classes whose outcomes are all the same
  double information_lost = 0; // mean over quasi-identifier cells of band width / range, in [0, 1]
  std::string sentence;        // for a reader
};

struct Deidentified {
  std::string cohort_file;          // CSV as docs/formats/cohort_file.md says; rows in random order
  std::vector<std::size_t> members; // indices of the records that are in it, rising
  std::vector<SetAside> set_aside;  // not among them the suppressed
  PrivacyReport report;
};

/// A source of random numbers that nobody can repeat; tests give their own.
using FreshRandom = std::function<std::uint64_t()>;

/// Never writes; the same records and the same random numbers give the same bytes.
Result<Deidentified> deidentify(const DiseaseFile& disease, std::span<const RawRecord> records,
                                const FreshRandom& random, const CancelToken& cancel);

/// The report as JSON, and as a paragraph.
std::string privacy_report_json(const PrivacyReport& report);

}  // namespace relearn
