// Do these outcomes come from the people whom the risks were about? Each contributor and each batch
// is tested before anybody learns from it; what fails is held back for a person to look at, never
// deleted.
//
// H0: the outcomes are what the served risks say, y ~ Bernoulli(p). A slope far below zero says
// that outcomes are inverted or random, an intercept far from zero that they are nearly all yes or
// no; a world that has really changed does the same, so a failed test means *look*, not *wrong*.
//
// (A slope counts as far below zero only if it is low beside an intercept of its own, too.)
//
//   contributor   slope z < -3.3 or |intercept z| > 3.9, over the latest 60 records, the 60 before
//   ...,
//                 and over each day's; tightened for the number of stretches, so that who has told
//                 thousands of outcomes is not suspected for their number (Bonferroni)
//   batch         slope z < -4, or the anchors' combined polarity z < -1.28 from 30 people on (that
//                 needs no risk, so it sees files of people who were never scored here)
//
// Slopes and intercepts are tested on mature records only, as soon as they are: in an open cohort
// the cases are there first, and nobody is wrong. Polarity does not depend on how many are ill and
// is tested at once. Power and false alarms: docs/benchmarks.md.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "clinical/disease_file.h"
#include "records/record_store.h"

namespace relearn {

inline constexpr std::size_t kTestRecordsMin = 8;      // fewer say nothing
inline constexpr std::size_t kTestRecordsLatest = 60;  // older ones cannot hide new ones
inline constexpr double kTestRiskClip = 0.02;          // one sure and wrong risk must not decide
inline constexpr double kContributorSlopeZMin = -3.3;
inline constexpr double kContributorInterceptZMax = 3.9;
inline constexpr double kBatchSlopeZMin = -4;
// Besides, with an intercept of their own: where the disease is more frequent than the risks say,
// outcomes that rise and fall with the risks are not inverted, whatever the slope alone says.
inline constexpr double kSlopeBesideInterceptZMin = -2.33;
inline constexpr double kBatchPolarityZMin = -1.28;

/// What is held back already or was looked at.
class QuarantineList {
 public:
  explicit QuarantineList(std::vector<Quarantine> entries) : entries_(std::move(entries)) {}

  /// The open or upheld entry that holds the record back, or null. An entry of a contributor holds
  /// back everything of theirs that came before a decision to release.
  const Quarantine* holding(const ConfirmedRecord& record) const;
  /// Whether a person has released it: then it is not tested again.
  bool released(const ConfirmedRecord& record, QuarantineScope scope) const;

 private:
  std::vector<Quarantine> entries_;
};

/// The contributors and batches that fail. records: confirmed ones, in any order; those that are
/// held back or were released are not tested. Deterministic.
Result<std::vector<NewQuarantine>> failed_arrivals(const DiseaseFile& disease,
                                                   std::span<const ConfirmedRecord> records,
                                                   const QuarantineList& known, Moment cut_off);

/// Tests everything confirmed of a disease and opens the quarantines; returns those just opened.
/// For the end of an import.
Result<std::vector<NewQuarantine>> test_arrivals(const DiseaseFile& disease, RecordStore& store,
                                                 Moment now, const CancelToken& cancel);

}  // namespace relearn
