#include "storage/sqlite/waiting_list.h"

#include <soci/soci.h>

namespace relearn {

/// The variables are bound to the statements below them.
struct WaitingList::Statements {
  long long number = 0, found = 0, change = 0;
  std::string disease, what;
  soci::statement put_on, take_off, count;

  explicit Statements(soci::session& session)
      : put_on((session.prepare
                    << "INSERT INTO awaiting (prediction, disease, doubt, drawn) SELECT number, "
                       "disease, coalesce(risk * (1 - risk), 0.25), substr(id, 3, 1) BETWEEN 'a' "
                       "AND 'e' FROM predictions WHERE number = :number AND person IS NOT NULL ON "
                       "CONFLICT DO NOTHING RETURNING prediction",
                soci::use(number), soci::into(found))),
        take_off((session.prepare
                      << "DELETE FROM awaiting WHERE prediction = :number RETURNING prediction",
                  soci::use(number), soci::into(found))),
        count((session.prepare
                   << "INSERT INTO tallies (disease, what, records) VALUES (:disease, :what, "
                      ":change) ON CONFLICT (disease, what) DO UPDATE SET records = records + "
                      "excluded.records",
               soci::use(disease), soci::use(what), soci::use(change))) {}
};

WaitingList::WaitingList(soci::session& session)
    : statements_(std::make_unique<Statements>(session)) {}
WaitingList::~WaitingList() = default;

void WaitingList::count(const std::string& disease, std::string_view what, long long change) {
  statements_->disease = disease;
  statements_->what = what;
  statements_->change = change;
  statements_->count.execute(true);
}

void WaitingList::put_on(long long number, const std::string& disease) {
  statements_->number = number;
  if (executes_to_row(statements_->put_on)) count(disease, "awaiting", 1);
}

void WaitingList::take_off(long long number, const std::string& disease) {
  statements_->number = number;
  if (executes_to_row(statements_->take_off)) count(disease, "awaiting", -1);
}

void WaitingList::prediction_added(long long number, const std::string& disease) {
  count(disease, "predictions", 1);
  put_on(number, disease);
}

void WaitingList::outcome_added(long long number, const std::string& disease,
                                std::optional<OutcomeState> before, OutcomeState after) {
  if (before) count(disease, state_word(*before), -1);
  count(disease, state_word(after), 1);
  const bool decided = after == OutcomeState::Confirmed || after == OutcomeState::Adjudicated;
  decided ? take_off(number, disease) : put_on(number, disease);
}

void uncount_person(soci::session& session, long long person) {
  for (const char* const sql :
       {"UPDATE tallies SET records = records - (SELECT count(*) FROM predictions p WHERE p.person "
        "= :person AND p.disease = tallies.disease) WHERE what = 'predictions'",
        "UPDATE tallies SET records = records - (SELECT count(*) FROM predictions p JOIN awaiting "
        "a ON a.prediction = p.number WHERE p.person = :person AND p.disease = tallies.disease) "
        "WHERE what = 'awaiting'",
        "UPDATE tallies SET records = records - (SELECT count(*) FROM predictions p JOIN "
        "current_outcomes c ON c.prediction = p.number WHERE p.person = :person AND p.disease = "
        "tallies.disease AND c.state = tallies.what) WHERE what NOT IN ('predictions', "
        "'awaiting')"}) {
    session << sql, soci::use(person);
  }
}

}  // namespace relearn
