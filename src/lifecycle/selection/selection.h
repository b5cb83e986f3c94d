// Steps 1 and 2 of a retrain from the database: which confirmed records may train, and why the
// others may not. Nothing is guessed: a prediction without a confirmed outcome is missing, never
// "healthy", and what the model itself said is no outcome.
//
//   count      every prediction of the disease, by what is known about it
//   test       contributors and batches on arrival; what fails is quarantined for a person
//   eligible   not withdrawn, mature, by a reference standard that trains, within the horizon
//   visits     one row a person and visit
//   check      every value against the disease file, as a form's
//   weigh      influence caps
#pragma once

#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "clinical/disease_file.h"
#include "lifecycle/selection/adjudication.h"
#include "lifecycle/selection/funnel.h"
#include "lifecycle/selection/new_people.h"
#include "lifecycle/selection/verification_bias.h"
#include "privacy/raw_record.h"
#include "records/record_store.h"

namespace relearn {

struct Selection {
  std::vector<RawRecord> records;         // these may train
  std::vector<PredictionId> predictions;  // of the records, in the same order
  Funnel funnel;                          // `used` = records.size()
  std::vector<AdjudicationItem> adjudication;
  std::vector<NewQuarantine> newly_quarantined;
  VerificationBias verification;
  Moment cut_off;
};

/// Outcomes that a model found least likely, told to a reader, never left out for it: the atypical
/// patient is the one that medicine needs most.
inline constexpr std::size_t kSurprisesMax = 20;
inline constexpr double kSurprisingChance = 0.05;

struct SelectionRequest {
  const DiseaseFile& disease;
  Moment cut_off;
  std::uint64_t baseline_rows = 0;  // for the influence caps
  const LiveLearning& live;         // to whom people are new, and whose risks were served
};

/// Opens quarantines in the store; changes nothing else.
Result<Selection> select_records(const SelectionRequest& request, RecordStore& store,
                                 const CancelToken& cancel);

}  // namespace relearn
