// Where the people end: raw records in, a cohort file and a privacy report out. Fail closed: what
// the disease file does not name does not pass.
//
//   project     only predictors of the disease file; a record with any other field is set aside
//   scan        every value must be a number or a code of the predictor; whatever looks like an
//               identifier sets the record aside, also where it would parse (residual_scan.h)
//   group       ages above the limit are one group; a moment becomes a calendar year at most;
//               nobody's name or number stays: people and contributors (of k people or more) get
//               fresh random numbers in each snapshot
//   generalise  quasi-identifiers into the fixed bands of [privacy], finest level first; who has
//               fewer than k people alike at every level is suppressed (generalise.h)
//   test        was suppression independent of the outcome?
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "clinical/disease_file.h"
#include "privacy/privacy_report.h"
#include "privacy/raw_record.h"

namespace relearn {

/// One record that did not pass, and why; without the value.
struct SetAside {
  std::size_t record = 0;  // index into the input
  std::string reason;      // countable: "unknown field", "e-mail address", "telephone number" ...
};

struct Deidentified {
  std::string cohort_file;  // CSV as docs/formats/cohort_file.md says; rows in random order
  std::vector<std::size_t> members;  // indices of the records that are in it, rising
  std::vector<SetAside> set_aside;   // not among them the suppressed
  PrivacyReport report;
};

/// A source of random numbers that nobody can repeat; tests give their own.
using FreshRandom = std::function<std::uint64_t()>;

/// Never writes; the same records and the same random numbers give the same bytes.
/// BrokenInvariant when a record has an impossible outcome or weight, or the result is not as
/// anonymous as it says.
Result<Deidentified> deidentify(const DiseaseFile& disease, std::span<const RawRecord> records,
                                const FreshRandom& random, const CancelToken& cancel);

}  // namespace relearn
