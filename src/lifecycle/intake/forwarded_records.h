// Stores of records that hand everything on to another one, but for what they are there for: to
// rehearse an import, and to keep what it made. Of one import; not thread-safe.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "records/record_store.h"
#include "records/rehearsal_store.h"

namespace relearn {

class ForwardedRecords : public RecordIntake {
 public:
  explicit ForwardedRecords(RecordIntake& store) : store_(store) {}

  Result<PeopleKind> people_kind() override;
  Result<void> admit(PeopleKind people, Moment now) override;
  Result<std::vector<Receipt>> add_predictions(std::span<const NewPrediction> predictions,
                                               const BatchSource& batch) override;
  Result<std::vector<Receipt>> add_outcomes(std::span<const NewOutcomeEvent> events,
                                            const BatchSource& batch) override;
  Result<std::optional<Prediction>> find_prediction(const PredictionId& id) override;
  Result<std::optional<Prediction>> find_imported(std::string_view import_key) override;

 private:
  RecordIntake& store_;
};

/// Outcomes are rehearsed, predictions refused: nothing is stored. A line that follows from one of
/// an earlier call is judged without that one; one that was there in an earlier call is there.
class RehearsedRecords final : public ForwardedRecords {
 public:
  RehearsedRecords(RecordIntake& store, RehearsalStore& rehearsals)
      : ForwardedRecords(store), rehearsals_(rehearsals) {}
  Result<std::vector<Receipt>> add_predictions(std::span<const NewPrediction> predictions,
                                               const BatchSource& batch) override;
  Result<std::vector<Receipt>> add_outcomes(std::span<const NewOutcomeEvent> events,
                                            const BatchSource& batch) override;

 private:
  RehearsalStore& rehearsals_;
  std::set<std::string> taken_;  // keys of events
};

/// Keeps the first predictions that were added or were there. A store of real people it does not
/// make one of invented people: that is for whoever has the command line.
class KeptPredictions final : public ForwardedRecords {
 public:
  struct Kept {
    PredictionId id;
    std::string reference;
    std::optional<ServedRisk> risk;  // as the line would have been stored
    Receipt::Result result = Receipt::Result::Added;
  };
  KeptPredictions(RecordIntake& store, std::size_t count_max)
      : ForwardedRecords(store), count_max_(count_max) {}
  Result<void> admit(PeopleKind people, Moment now) override;
  Result<std::vector<Receipt>> add_predictions(std::span<const NewPrediction> predictions,
                                               const BatchSource& batch) override;
  const std::vector<Kept>& kept() const { return kept_; }

 private:
  const std::size_t count_max_;
  std::vector<Kept> kept_;
};

}  // namespace relearn
