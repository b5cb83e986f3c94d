#include "unit/storage/sqlite/opened_store.h"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "storage/sqlite/connection.h"

namespace relearn {

OpenedStore::OpenedStore() {
  KeyRing::create(scratch_.path() / "key").take_value();
  store = open().take_value();
}

StoreOptions OpenedStore::options() const {
  StoreOptions options;
  options.folder = folder();
  options.if_missing = IfMissing::Create;
  options.now = kNow;
  options.lock_wait_max = std::chrono::milliseconds(50);
  return options;
}

KeyRing OpenedStore::keys() const { return KeyRing::load(scratch_.path() / "key").take_value(); }

void OpenedStore::reopen() {
  store.reset();
  store = open().take_value();
}

std::string OpenedStore::edit(const std::string& sql) const {
  soci::session session(soci::sqlite3, "dbname=\"" + database().string() + "\" timeout=5");
  try {
    run_script(session, "PRAGMA foreign_keys = ON");
    run_script(session, sql);
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

std::string OpenedStore::query(const std::string& sql) const {
  const Session session = open_connection(database(), Access::Read).take_value();
  std::string text, cell;
  soci::statement statement((session->prepare << sql, soci::into(cell)));
  statement.execute();
  while (statement.fetch()) text += (text.empty() ? "" : " ") + cell;
  return text;
}

std::string OpenedStore::explain(const std::string& sql) const {
  const Session session = open_connection(database(), Access::Read).take_value();
  std::string text, detail;
  long long id = 0, parent = 0, unused = 0;
  soci::statement statement((session->prepare << "EXPLAIN QUERY PLAN " + sql, soci::into(id),
                             soci::into(parent), soci::into(unused), soci::into(detail)));
  statement.execute();
  while (statement.fetch()) text += detail + "\n";
  return text;
}

Receipt OpenedStore::add(const NewPrediction& prediction) const {
  return store->add_predictions(std::span(&prediction, 1), {"predictions", "", kNow})
      .take_value()
      .front();
}

Receipt OpenedStore::add(const NewOutcomeEvent& event) const {
  return store->add_outcomes(std::span(&event, 1), {"outcomes", "", kNow}).take_value().front();
}

NewPrediction prediction_of(const std::string& reference, const std::string& disease) {
  NewPrediction prediction;
  prediction.disease = disease;
  prediction.disease_version = 1;
  prediction.subject.reference = reference;
  prediction.made_at = {kNow.seconds - 10 * kSecondsPerDay};
  prediction.inputs = {{"age_years", 54}, {"cholesterol_mg_per_dl", 233.5}};
  prediction.model_version = "abc";
  prediction.risk = ServedRisk(0.82);
  prediction.shown = "high";
  return prediction;
}

NewAttempt attempt_of(const std::string& verdict, std::int64_t champion,
                      const std::string& snapshot) {
  NewAttempt attempt;
  attempt.disease = "heart";
  attempt.model_digest = "model of " + snapshot;
  attempt.snapshot = snapshot;
  attempt.baseline_digest = "base";
  attempt.reason = "weekly";
  attempt.started_by = {UserId{9}, Role::Clinician};
  attempt.bundle = "bundle of " + snapshot;
  attempt.verdict = verdict;
  attempt.champion = champion;
  attempt.locked_set = "locked";
  attempt.look = 1;
  attempt.approvals = 1;
  return attempt;
}

NewOutcomeEvent confirmed(const PredictionId& prediction) {
  NewOutcomeEvent event;
  event.prediction = prediction;
  event.state = OutcomeState::Confirmed;
  event.value = OutcomeValue::Present;
  event.source = OutcomeSource::Laboratory;
  event.reference_standard = "angiography";
  event.actor = "doctor@example.org";
  event.evidence = "report 4711";
  event.observed_on = date_of(kNow);
  event.recorded_at = kNow;
  return event;
}

}  // namespace relearn
