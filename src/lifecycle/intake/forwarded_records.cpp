#include "lifecycle/intake/forwarded_records.h"

namespace relearn {

Result<PeopleKind> ForwardedRecords::people_kind() { return store_.people_kind(); }
Result<void> ForwardedRecords::admit(PeopleKind people, Moment now) {
  return store_.admit(people, now);
}
Result<std::vector<Receipt>> ForwardedRecords::add_predictions(
    std::span<const NewPrediction> predictions, const BatchSource& batch) {
  return store_.add_predictions(predictions, batch);
}
Result<std::vector<Receipt>> ForwardedRecords::add_outcomes(std::span<const NewOutcomeEvent> events,
                                                            const BatchSource& batch) {
  return store_.add_outcomes(events, batch);
}
Result<std::optional<Prediction>> ForwardedRecords::find_prediction(const PredictionId& id) {
  return store_.find_prediction(id);
}
Result<std::optional<Prediction>> ForwardedRecords::find_imported(std::string_view import_key) {
  return store_.find_imported(import_key);
}

Result<std::vector<Receipt>> RehearsedRecords::add_predictions(std::span<const NewPrediction>,
                                                               const BatchSource&) {
  return broken_invariant("a rehearsal stores no predictions");
}

Result<std::vector<Receipt>> RehearsedRecords::add_outcomes(std::span<const NewOutcomeEvent> events,
                                                            const BatchSource& batch) {
  auto receipts = TRY(rehearsals_.rehearse_outcomes(events, batch));
  for (std::size_t i = 0; i < receipts.size(); ++i) {
    if (receipts[i].result != Receipt::Result::Added || events[i].import_key.empty()) continue;
    const bool is_first = taken_.insert(events[i].import_key).second;
    if (!is_first) receipts[i].result = Receipt::Result::AlreadyThere;
  }
  return receipts;
}

Result<void> KeptPredictions::admit(PeopleKind people, Moment now) {
  if (people == PeopleKind::Invented && TRY(people_kind()) == PeopleKind::Real) {
    return conflict(
        "the file holds invented people (# SYNTHETIC); whether a store is for them, its operator "
        "says on the command line: relearn predictions import");
  }
  return ForwardedRecords::admit(people, now);
}

Result<std::vector<Receipt>> KeptPredictions::add_predictions(
    std::span<const NewPrediction> predictions, const BatchSource& batch) {
  auto receipts = TRY(ForwardedRecords::add_predictions(predictions, batch));
  for (std::size_t i = 0; i < receipts.size() && kept_.size() < count_max_; ++i) {
    if (receipts[i].result == Receipt::Result::Refused) continue;
    const NewPrediction& prediction = predictions[i];
    kept_.push_back({receipts[i].prediction, prediction.subject.reference, prediction.risk,
                     receipts[i].result});
  }
  return receipts;
}

}  // namespace relearn
