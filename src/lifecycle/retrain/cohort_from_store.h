// Steps 1 to 3 of a retrain from the database: read, check, de-identify. What comes out is the
// cohort file that the trainer gets, named by its content, its lineage recorded; and what to tell
// about it. Here the people end; this header knows none of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "clinical/disease_file.h"
#include "lifecycle/selection/adjudication.h"
#include "lifecycle/selection/funnel.h"
#include "lifecycle/selection/verification_bias.h"
#include "privacy/privacy_report.h"
#include "records/record_store.h"
#include "records/version_store.h"

namespace relearn {

/// A secret function of a text: the same text, the same answer; nobody without the store's key can
/// tell it. From it come the random numbers of a snapshot, so that the same records give the same
/// bytes and the numbers of one snapshot say nothing about those of the next.
using KeyedText = std::function<std::string(std::string_view domain, std::string_view text)>;

struct CohortRequest {
  const DiseaseFile& disease;
  std::vector<std::filesystem::path>
      baseline;                     // its rows count in the influence caps; may be empty
  std::string adapter;              // of the baseline files
  Moment cut_off;                   // what is known now
  std::filesystem::path snapshots;  // folder; made when needed
  unsigned draw_generation = 0;     // of locked people, to be drawn among the new ones; 0: none
};

/// People in the cohort file of whom the live model learnt nothing.
struct NewPeople {
  std::uint64_t persons = 0, cases = 0;
};

struct PreparedCohort {
  PeopleKind people = PeopleKind::Real;  // of the store
  std::string cohort_file;               // text of the snapshot; empty: no record may train
  std::string snapshot;                  // its SHA-256; empty with it
  Funnel funnel;                         // `used`: the rows of the cohort file
  PrivacyReport privacy;
  VerificationBias verification;
  std::vector<AdjudicationItem> adjudication;
  NewPeople new_people;
  std::string locked_note;  // what came of drawing locked people; empty: none were to be drawn
};

/// Writes the snapshot (atomically) before it is recorded. Opens quarantines, writes down who is
/// locked from now on; changes nothing else.
Result<PreparedCohort> prepare_cohort(const CohortRequest& request, RecordStore& records,
                                      VersionStore& versions, const KeyedText& keyed,
                                      const CancelToken& cancel);

/// [{"label", "count"}, ...] from "predictions found" to "used", then {"note"} sentences on who
/// gets confirmed and what waits for a person; for the trainer's report.
std::string funnel_json(const PreparedCohort& prepared);

/// Funnel, privacy, verification and what waits for a person, for a terminal.
std::string prepared_text(const PreparedCohort& prepared);

}  // namespace relearn
