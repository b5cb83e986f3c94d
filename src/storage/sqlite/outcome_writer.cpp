#include "storage/sqlite/outcome_writer.h"

#include <fmt/format.h>
#include <soci/soci.h>

#include "base/text.h"
#include "storage/sqlite/stored_text.h"

namespace relearn {
namespace {

constexpr std::string_view kContributorDomain = "contributor";
constexpr std::string_view kEventKeyDomain = "import key of an outcome";

std::string wrong_with(const NewOutcomeEvent& event) {
  for (const auto& [what, text] :
       {std::pair<std::string_view, std::string_view>{"the actor", event.actor},
        {"the reference standard", event.reference_standard},
        {"the evidence", event.evidence},
        {"the reason", event.reason},
        {"the import key", event.import_key}}) {
    std::string wrong = wrong_with_text(what, text);
    if (!wrong.empty()) return wrong;
  }
  return "";
}

bool decides(OutcomeState state) {
  return state == OutcomeState::Confirmed || state == OutcomeState::Adjudicated;
}

}  // namespace

/// The variables are bound to the statements below them.
struct OutcomeWriter::Statements {
  std::string prediction_id, import_index;
  long long prediction = 0, made_at = 0;
  std::string disease;
  soci::indicator has_import = soci::i_null;

  std::string current_state, current_name, current_name_index;
  long long current_value = 0, current_place = 0;
  std::string decided_name, decided_name_index;
  soci::indicator has_decided = soci::i_null, has_decided_index = soci::i_null;

  std::string name_index, name_sealed;
  long long contributor = 0;

  long long place = 0, value = 0, blinded = 0, recorded_at = 0, batch = 0, event = 0, decided = 0;
  std::string state, source, reference_standard, role, evidence, reason, observed_on;
  soci::indicator is_decided = soci::i_null;

  soci::statement find_imported, find_prediction, find_current, find_contributor, add_contributor,
      insert, set_current;

  explicit Statements(soci::session& session)
      : find_imported((session.prepare << "SELECT p.id FROM outcome_events e "
                                          "JOIN predictions p ON p.number = e.prediction "
                                          "WHERE e.import_index = :import_index",
                       soci::use(import_index), soci::into(prediction_id))),
        find_prediction((session.prepare << "SELECT number, made_at, disease FROM predictions "
                                            "WHERE id = :prediction_id",
                         soci::use(prediction_id), soci::into(prediction), soci::into(made_at),
                         soci::into(disease))),
        find_current((session.prepare
                          << "SELECT e.state, e.value, e.place, n.name_sealed, n.name_index, "
                             "dn.name_sealed, dn.name_index FROM current_outcomes c "
                             "JOIN outcome_events e ON e.id = c.event "
                             "JOIN contributors n ON n.id = e.contributor "
                             "LEFT JOIN outcome_events d ON d.id = c.decided_event "
                             "LEFT JOIN contributors dn ON dn.id = d.contributor "
                             "WHERE c.prediction = :prediction",
                      soci::use(prediction), soci::into(current_state), soci::into(current_value),
                      soci::into(current_place), soci::into(current_name),
                      soci::into(current_name_index), soci::into(decided_name, has_decided),
                      soci::into(decided_name_index, has_decided_index))),
        find_contributor((session.prepare << "SELECT id FROM contributors "
                                             "WHERE name_index = :name_index",
                          soci::use(name_index), soci::into(contributor))),
        add_contributor((session.prepare << "INSERT INTO contributors (name_index, name_sealed) "
                                            "VALUES (:name_index, :name_sealed) RETURNING id",
                         soci::use(name_index), soci::use(name_sealed), soci::into(contributor))),
        insert((session.prepare
                    << "INSERT INTO outcome_events (prediction, place, state, value, source, "
                       "reference_standard, contributor, actor_role, blinded, evidence_sealed, "
                       "reason_sealed, observed_on, recorded_at, import_index, batch) VALUES "
                       "(:prediction, :place, :state, :value, :source, :standard, :contributor, "
                       ":role, :blinded, :evidence, :reason, :observed_on, :recorded_at, "
                       ":import_index, :batch) RETURNING id",
                soci::use(prediction), soci::use(place), soci::use(state), soci::use(value),
                soci::use(source), soci::use(reference_standard), soci::use(contributor),
                soci::use(role), soci::use(blinded), soci::use(evidence), soci::use(reason),
                soci::use(observed_on), soci::use(recorded_at), soci::use(import_index, has_import),
                soci::use(batch), soci::into(event))),
        set_current((
            session.prepare << "INSERT INTO current_outcomes (prediction, prediction_id, disease, "
                               "made_at, state, event, decided_event) VALUES (:prediction, :id, "
                               ":disease, :made_at, :state, :event, :decided) "
                               "ON CONFLICT (prediction) DO UPDATE SET state = excluded.state, "
                               "event = excluded.event, decided_event = "
                               "coalesce(excluded.decided_event, current_outcomes.decided_event)",
            soci::use(prediction), soci::use(prediction_id), soci::use(disease), soci::use(made_at),
            soci::use(state), soci::use(event), soci::use(decided, is_decided))) {}
};

OutcomeWriter::OutcomeWriter(soci::session& session, const KeyRing& keys, WaitingList& waiting)
    : keys_(keys), waiting_(waiting), statements_(std::make_unique<Statements>(session)) {}
OutcomeWriter::~OutcomeWriter() = default;

Result<std::optional<CurrentOutcome>> OutcomeWriter::current() {
  Statements& row = *statements_;
  if (!executes_to_row(row.find_current)) return std::optional<CurrentOutcome>();
  CurrentOutcome current;
  current.state = *parse_state(row.current_state);  // the table's check knows the same words
  current.value = row.current_value == 1 ? OutcomeValue::Present : OutcomeValue::Absent;
  current.actor =
      TRY(keys_.open(row.current_name, {"contributors", "name", row.current_name_index}));
  if (row.has_decided == soci::i_ok) {
    current.confirmed_by =
        TRY(keys_.open(row.decided_name, {"contributors", "name", row.decided_name_index}));
  }
  return std::optional(std::move(current));
}

Result<Receipt> OutcomeWriter::add(const NewOutcomeEvent& event, BatchNumber& batch) {
  Statements& row = *statements_;
  const auto refused = [&event](std::string why) {
    return Receipt{Receipt::Result::Refused, event.prediction, std::move(why)};
  };
  std::string wrong = wrong_with(event);
  if (!wrong.empty()) return refused(std::move(wrong));
  row.has_import = event.import_key.empty() ? soci::i_null : soci::i_ok;
  if (!event.import_key.empty()) {
    row.import_index = keys_.index(kEventKeyDomain, event.import_key);
    if (executes_to_row(row.find_imported)) {
      return Receipt{Receipt::Result::AlreadyThere, {row.prediction_id}, ""};
    }
  }
  row.prediction_id = event.prediction.text;
  if (!executes_to_row(row.find_prediction)) {
    return refused("there is no such prediction; was the person withdrawn?");
  }
  const auto before = TRY(current());
  const auto checked = check_transition(before, event, {row.made_at});
  if (!checked.ok()) return refused(checked.error().message);
  add_row(event, before ? row.current_place + 1 : 1, batch.get());
  waiting_.outcome_added(row.prediction, row.disease,
                         before ? std::optional(before->state) : std::nullopt, event.state);
  return Receipt{Receipt::Result::Added, event.prediction, ""};
}

void OutcomeWriter::add_row(const NewOutcomeEvent& event, long long place, long long batch) {
  Statements& row = *statements_;
  const std::string_view actor = event.actor;
  row.name_index = keys_.index(kContributorDomain, actor);
  if (!executes_to_row(row.find_contributor)) {
    row.name_sealed = keys_.seal(actor, {"contributors", "name", row.name_index});
    executes_to_row(row.add_contributor);
  }
  const std::string key = fmt::format("{}/{}", event.prediction.text, place);
  row.place = place;
  row.state = state_word(event.state);
  row.value = event.value == OutcomeValue::Present ? 1 : 0;
  row.source = source_word(event.source);
  row.reference_standard = event.reference_standard;
  row.role = role_word(event.actor_role);
  row.blinded = event.blinded ? 1 : 0;
  row.evidence = keys_.seal(event.evidence, {"outcome_events", "evidence", key});
  row.reason = keys_.seal(event.reason, {"outcome_events", "reason", key});
  row.observed_on = to_text(event.observed_on);
  row.recorded_at = event.recorded_at.seconds;
  row.batch = batch;
  executes_to_row(row.insert);
  row.is_decided = decides(event.state) ? soci::i_ok : soci::i_null;
  row.decided = row.event;
  row.set_current.execute(true);
}

}  // namespace relearn
