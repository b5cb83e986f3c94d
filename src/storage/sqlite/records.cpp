#include <fmt/format.h>
#include <soci/soci.h>

#include "base/text.h"
#include "storage/sqlite/store_parts.h"
#include "storage/sqlite/stored_prediction.h"
#include "storage/sqlite/stored_text.h"

namespace relearn {
namespace {

/// The columns of a prediction, as variables that a statement fills.
struct PredictionRow {
  std::string id, disease, inputs, model_version, shown;
  long long person = 0, disease_version = 0, made_at = 0;
  double risk = 0;
  soci::indicator has_person = soci::i_null, has_risk = soci::i_null;

  static constexpr const char* kColumns =
      "p.id, p.person, p.disease, p.disease_version, p.made_at, p.inputs, p.model_version, p.risk, "
      "p.shown";

  /// Bound in the order of kColumns.
  soci::details::prepare_temp_type& bind(soci::details::prepare_temp_type& statement) {
    return statement, soci::into(id), soci::into(person, has_person), soci::into(disease),
           soci::into(disease_version), soci::into(made_at), soci::into(inputs),
           soci::into(model_version), soci::into(risk, has_risk), soci::into(shown);
  }

  Result<Prediction> prediction() const {
    Prediction p;
    p.id = {id};
    if (has_person == soci::i_ok) p.person = PersonId{person};
    p.disease = disease;
    p.disease_version = static_cast<int>(disease_version);
    p.made_at = {made_at};
    p.inputs = TRY(parse_inputs(inputs));
    p.model_version = model_version;
    if (has_risk == soci::i_ok) p.risk = ServedRisk(risk);
    p.shown = shown;
    return p;
  }
};

/// The columns of an outcome event.
struct EventRow {
  std::string state, source, reference_standard, observed_on;
  long long value = 0, contributor = 0, batch = 0, recorded_at = 0, blinded = 0;

  static constexpr const char* kColumns =
      "e.state, e.value, e.source, e.reference_standard, e.contributor, e.batch, e.observed_on, "
      "e.recorded_at, e.blinded";

  soci::details::prepare_temp_type& bind(soci::details::prepare_temp_type& statement) {
    return statement, soci::into(state), soci::into(value), soci::into(source),
           soci::into(reference_standard), soci::into(contributor), soci::into(batch),
           soci::into(observed_on), soci::into(recorded_at), soci::into(blinded);
  }

  Result<ConfirmedRecord> record(Prediction prediction) const {
    ConfirmedRecord r;
    r.prediction = std::move(prediction);
    r.value = value == 1 ? OutcomeValue::Present : OutcomeValue::Absent;
    r.state = *parse_state(state);  // the table's checks know the same words
    r.source = *parse_source(source);
    r.reference_standard = reference_standard;
    r.contributor = fmt::format("c-{}", contributor);
    r.batch = fmt::format("b-{}", batch);
    r.observed_on = TRY(parse_date(observed_on));
    r.recorded_at = {recorded_at};
    r.blinded = blinded != 0;
    return r;
  }
};

PeopleKind kind_of_people(soci::session& session) {
  const bool invented = number_of(session, "SELECT EXISTS (SELECT 1 FROM invented_people)") == 1;
  return invented ? PeopleKind::Invented : PeopleKind::Real;
}

}  // namespace

Result<std::optional<Prediction>> find_prediction_where(soci::session& session,
                                                        std::string_view column,
                                                        const std::string& value) {
  PredictionRow row;
  auto preparing = session.prepare
                   << fmt::format("SELECT {} FROM predictions p WHERE p.{} = :value",
                                  PredictionRow::kColumns, column);
  soci::statement statement((row.bind(preparing), soci::use(value)));
  if (!executes_to_row(statement)) return std::optional<Prediction>();
  Prediction prediction = TRY(row.prediction());
  return std::optional(std::move(prediction));
}

Result<PeopleKind> SqliteStore::people_kind() {
  return parts_->read<PeopleKind>(
      [](soci::session& session) -> Result<PeopleKind> { return kind_of_people(session); });
}

Result<void> SqliteStore::admit(PeopleKind people, Moment now) {
  const auto stored = TRY(people_kind());
  if (people == stored) return {};
  if (people == PeopleKind::Real) {
    return conflict(
        "everybody in this store is invented; real people belong into a store of their own "
        "(--store), and a file of invented ones begins with # SYNTHETIC");
  }
  return parts_->writer.run([&](soci::session& session) -> Result<void> {
    if (number_of(session, "SELECT EXISTS (SELECT 1 FROM predictions)") == 1) {
      return conflict(
          "there are people in this store already, and not invented ones; what is learnt from "
          "invented people must not get among them: give these a store of their own (--store)");
    }
    const long long since = now.seconds;
    session << "INSERT INTO invented_people (since) VALUES (:since)", soci::use(since);
    return {};
  });
}

Result<std::vector<Receipt>> SqliteStore::add_predictions(
    std::span<const NewPrediction> predictions, const BatchSource& source) {
  using Receipts = std::vector<Receipt>;
  return parts_->write<Receipts>([&](soci::session&) -> Result<Receipts> {
    BatchNumber batch(*parts_->batches, source);
    Receipts receipts;
    receipts.reserve(predictions.size());
    for (const NewPrediction& prediction : predictions) {
      receipts.push_back(parts_->predictions->add(prediction, batch));
    }
    return receipts;
  });
}

void SqliteStore::take(NewPrediction prediction, BatchSource batch, Stored stored) {
  struct OnItsWay {
    NewPrediction prediction;
    BatchSource batch;
    Receipt receipt;
  };
  const auto it = std::make_shared<OnItsWay>(OnItsWay{std::move(prediction), std::move(batch), {}});
  parts_->writer.start(
      [this, it](soci::session&) -> Result<void> {
        BatchNumber number(*parts_->batches, it->batch);
        it->receipt = parts_->predictions->add(it->prediction, number);
        return {};
      },
      [it, stored = std::move(stored)](Result<void> done) {
        stored(done.ok() ? Result<Receipt>(std::move(it->receipt)) : done.take_error());
      });
}

Result<std::vector<Receipt>> SqliteStore::add_outcomes(std::span<const NewOutcomeEvent> events,
                                                       const BatchSource& source) {
  using Receipts = std::vector<Receipt>;
  return parts_->write<Receipts>([&](soci::session&) -> Result<Receipts> {
    BatchNumber batch(*parts_->batches, source);
    Receipts receipts;
    receipts.reserve(events.size());
    for (const NewOutcomeEvent& event : events) {
      Receipt receipt = TRY(parts_->outcomes->add(event, batch));
      receipts.push_back(std::move(receipt));
    }
    return receipts;
  });
}

Result<std::vector<Receipt>> SqliteStore::rehearse_outcomes(std::span<const NewOutcomeEvent> events,
                                                            const BatchSource& source) {
  std::vector<Receipt> receipts;
  auto ended = parts_->writer.run([&](soci::session&) -> Result<void> {
    BatchNumber batch(*parts_->batches, source);
    for (const NewOutcomeEvent& event : events) {
      Receipt receipt = TRY(parts_->outcomes->add(event, batch));
      receipts.push_back(std::move(receipt));
    }
    return cancelled();  // back to the savepoint: nothing of it was ever there
  });
  if (ended.error().kind != ErrorKind::Cancelled) return ended.take_error();
  return receipts;
}

Result<std::optional<Prediction>> SqliteStore::find_prediction(const PredictionId& id) {
  return parts_->read<std::optional<Prediction>>(
      [&](soci::session& session) { return find_prediction_where(session, "id", id.text); });
}

Result<std::optional<Prediction>> SqliteStore::find_imported(std::string_view import_key) {
  const std::string index = parts_->keys.index(kPredictionKeyDomain, import_key);
  return parts_->read<std::optional<Prediction>>([&](soci::session& session) {
    return find_prediction_where(session, "import_index", index);
  });
}

Result<std::vector<Prediction>> SqliteStore::predictions_of(UserId user, std::size_t count_max) {
  return history_of(user, {}, count_max);
}

Result<std::vector<Prediction>> SqliteStore::history_of(UserId user, const PredictionId& before,
                                                        std::size_t count_max) {
  using Predictions = std::vector<Prediction>;
  return parts_->read<Predictions>([&](soci::session& session) -> Result<Predictions> {
    const long long id = user.value, limit = static_cast<long long>(count_max);
    long long after_all = std::numeric_limits<long long>::max();
    if (!before.text.empty()) {
      session << "SELECT number FROM predictions WHERE id = :before AND person = "
                 "(SELECT person FROM users WHERE id = :id)",
          soci::use(before.text), soci::use(id), soci::into(after_all);
      if (!session.got_data()) return invalid_input("before: is no prediction of this account");
    }
    PredictionRow row;
    auto preparing = session.prepare << fmt::format(
                         "SELECT {} FROM predictions p WHERE p.person = (SELECT person FROM "
                         "users WHERE id = :id) AND p.number < :before ORDER BY p.number DESC "
                         "LIMIT :limit",
                         PredictionRow::kColumns);
    soci::statement statement(
        (row.bind(preparing), soci::use(id), soci::use(after_all), soci::use(limit)));
    Predictions found;
    statement.execute();
    while (statement.fetch()) {
      Prediction prediction = TRY(row.prediction());
      found.push_back(std::move(prediction));
    }
    return found;
  });
}

Result<RecordCounts> SqliteStore::count_records(std::string_view disease) {
  const std::string id(disease);
  return parts_->read<RecordCounts>([&](soci::session& session) -> Result<RecordCounts> {
    RecordCounts counts;
    long long found = 0, number = 0;
    session << "SELECT count(*) FROM predictions WHERE disease = :id", soci::use(id),
        soci::into(found);
    counts.found = counts.without_outcome = static_cast<std::uint64_t>(found);
    std::string state;
    soci::statement statement((session.prepare << "SELECT state, count(*) FROM current_outcomes "
                                                  "WHERE disease = :id GROUP BY state",
                               soci::use(id), soci::into(state), soci::into(number)));
    statement.execute();
    while (statement.fetch()) {
      const auto count = static_cast<std::uint64_t>(number);
      counts.without_outcome -= count;
      switch (*parse_state(state)) {
        case OutcomeState::Reported:
          counts.reported += count;
          break;
        case OutcomeState::Contested:
          counts.contested += count;
          break;
        case OutcomeState::Retracted:
          counts.retracted += count;
          break;
        case OutcomeState::Confirmed:
        case OutcomeState::Adjudicated:
          counts.confirmed += count;
          break;
      }
    }
    return counts;
  });
}

Result<void> SqliteStore::visit_confirmed(
    std::string_view disease, const std::function<Result<void>(const ConfirmedRecord&)>& visit) {
  const std::string id(disease);
  return parts_->readers.run([&](soci::session& session) -> Result<void> {
    PredictionRow row;
    EventRow event;
    auto preparing =
        session.prepare << fmt::format(
            "SELECT {}, {} FROM current_outcomes c "
            "CROSS JOIN predictions p ON p.number = c.prediction "
            "CROSS JOIN outcome_events e ON e.id = c.event WHERE c.disease = :id "
            "AND c.state IN ('confirmed', 'adjudicated') ORDER BY c.made_at, c.prediction_id",
            PredictionRow::kColumns, EventRow::kColumns);
    soci::statement statement((event.bind(row.bind(preparing)), soci::use(id)));
    statement.execute();
    while (statement.fetch()) {
      Prediction prediction = TRY(row.prediction());
      const ConfirmedRecord record = TRY(event.record(std::move(prediction)));
      TRY(visit(record));
    }
    return {};
  });
}

Result<void> SqliteStore::visit_verification(
    std::string_view disease,
    const std::function<Result<void>(const Prediction&, bool confirmed)>& visit) {
  const std::string id(disease);
  return parts_->readers.run([&](soci::session& session) -> Result<void> {
    PredictionRow row;
    std::string state;
    soci::indicator has_state = soci::i_null;
    auto preparing = session.prepare << fmt::format(
                         "SELECT {}, c.state FROM predictions p "
                         "LEFT JOIN current_outcomes c ON c.prediction = p.number "
                         "WHERE p.disease = :id ORDER BY p.number",
                         PredictionRow::kColumns);
    soci::statement statement((row.bind(preparing), soci::into(state, has_state), soci::use(id)));
    statement.execute();
    while (statement.fetch()) {
      const bool confirmed =
          has_state == soci::i_ok && (state == "confirmed" || state == "adjudicated");
      const Prediction prediction = TRY(row.prediction());
      TRY(visit(prediction, confirmed));
    }
    return {};
  });
}

}  // namespace relearn
