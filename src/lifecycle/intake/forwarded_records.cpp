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
Result<std::vector<Prediction>> ForwardedRecords::predictions_of(UserId user,
                                                                 std::size_t count_max) {
  return store_.predictions_of(user, count_max);
}
Result<RecordCounts> ForwardedRecords::count_records(std::string_view disease) {
  return store_.count_records(disease);
}
Result<void> ForwardedRecords::visit_confirmed(
    std::string_view disease, const std::function<Result<void>(const ConfirmedRecord&)>& visit) {
  return store_.visit_confirmed(disease, visit);
}
Result<void> ForwardedRecords::visit_verification(
    std::string_view disease,
    const std::function<Result<void>(const Prediction&, bool confirmed)>& visit) {
  return store_.visit_verification(disease, visit);
}
Result<std::int64_t> ForwardedRecords::open_quarantine(const NewQuarantine& quarantine,
                                                       Moment now) {
  return store_.open_quarantine(quarantine, now);
}
Result<std::vector<Quarantine>> ForwardedRecords::quarantines(std::string_view disease) {
  return store_.quarantines(disease);
}
Result<void> ForwardedRecords::close_quarantine(std::int64_t id, QuarantineState decision,
                                                std::string_view decided_by,
                                                std::string_view reason, Moment now) {
  return store_.close_quarantine(id, decision, decided_by, reason, now);
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
