#include <fmt/format.h>
#include <soci/soci.h>

#include <limits>

#include "storage/sqlite/store_parts.h"
#include "storage/sqlite/stored_text.h"

namespace relearn {
namespace {

/// A prediction as far as the watch looks at it.
struct WatchedRow {
  std::string inputs;
  long long number = 0, person = 0, made_at = 0;
  double risk = 0;
  soci::indicator has_person = soci::i_null;

  Result<WatchedPrediction> prediction() const {
    WatchedPrediction watched;
    watched.number = number;
    if (has_person == soci::i_ok) watched.person = PersonId{person};
    watched.made_at = {made_at};
    watched.inputs = TRY(parse_inputs(inputs));
    watched.risk = risk;
    return watched;
  }
};

/// Where the next piece of the table ends, so that no look takes long however few of its rows are
/// of the model.
long long end_of_piece(soci::session& session, const std::string& disease, long long after,
                       std::size_t rows_max) {
  const long long most = static_cast<long long>(rows_max);
  long long end = after;
  session << "SELECT coalesce(max(number), :after) FROM (SELECT number FROM predictions WHERE "
             "disease = :disease AND number > :after ORDER BY number LIMIT :most)",
      soci::use(after, "after"), soci::use(disease, "disease"), soci::use(most, "most"),
      soci::into(end);
  return end;
}

/// Confirmed by a standard that trains, within the horizon, not under quarantine; in order of the
/// events.
constexpr const char* kWatchedOutcomes =
    "SELECT p.number, p.person, p.made_at, p.inputs, p.risk, e.value, e.recorded_at FROM "
    "current_outcomes c "
    "CROSS JOIN outcome_events e ON e.id = c.event CROSS JOIN predictions p ON p.number = "
    "c.prediction WHERE c.disease = :disease AND c.state IN ('confirmed', 'adjudicated') AND "
    "c.made_at >= :since AND p.model_version = :model AND p.risk IS NOT NULL AND p.person IS NOT "
    "NULL AND instr(:standards, ',' || e.reference_standard || ',') > 0 AND "
    "julianday(e.observed_on) - 2440587.5 - c.made_at / 86400 <= :horizon AND 'c-' || "
    "e.contributor NOT IN (SELECT subject FROM quarantines WHERE disease = :disease AND scope = "
    "'contributor' AND state IN ('open', 'upheld')) AND 'b-' || e.batch NOT IN (SELECT subject "
    "FROM quarantines WHERE disease = :disease AND scope = 'batch' AND state IN ('open', "
    "'upheld')) ORDER BY e.recorded_at, c.event LIMIT :most";

std::string training_standards(const DiseaseFile& disease) {
  std::string list = ",";
  for (const ReferenceStandard& standard : disease.outcome.reference_standards) {
    if (standard.trains) list += standard.id + ",";
  }
  return list;
}

void insert_windows(soci::session& session, const std::string& disease,
                    const std::vector<JudgedWindow>& windows) {
  for (const JudgedWindow& window : windows) {
    const long long version = window.version, from = window.from.seconds, to = window.to.seconds;
    session << "INSERT INTO watch_windows (disease, version, place, from_at, to_at, suspects, "
               "estimated, drift) VALUES (:disease, :version, (SELECT coalesce(max(place), 0) + 1 "
               "FROM watch_windows WHERE disease = :disease AND version = :version), :from, :to, "
               ":suspects, :estimated, :drift)",
        soci::use(disease, "disease"), soci::use(version, "version"), soci::use(from, "from"),
        soci::use(to, "to"), soci::use(window.suspects, "suspects"),
        soci::use(window.estimated, "estimated"), soci::use(window.drift, "drift");
  }
}

void add_days(soci::session& session, const std::string& disease, long long version,
              const std::vector<PredictionDay>& days) {
  for (const PredictionDay& one : days) {
    const long long day = one.day, high = static_cast<long long>(one.high);
    const long long not_high = static_cast<long long>(one.not_high);
    session << "INSERT INTO watch_days (disease, version, day, high, not_high) VALUES (:disease, "
               ":version, :day, :high, :not_high) ON CONFLICT (disease, version, day) DO UPDATE "
               "SET high = high + excluded.high, not_high = not_high + excluded.not_high",
        soci::use(disease), soci::use(version), soci::use(day), soci::use(high),
        soci::use(not_high);
  }
}

void store_progress(soci::session& session, const std::string& disease,
                    const WatchProgress& progress) {
  const long long version = progress.version, last = progress.last_prediction;
  const long long begins = progress.window_begins_after, event = progress.last_event;
  const long long day = progress.figures_day, at = progress.judged_at.seconds;
  session << "INSERT INTO watch_progress (disease, version, last_prediction, window_begins_after, "
             "last_event, figures_day, judged_at, figures) VALUES (:disease, :version, :last, "
             ":begins, :event, :day, :at, :figures) ON CONFLICT (disease) DO UPDATE SET version = "
             "excluded.version, last_prediction = excluded.last_prediction, window_begins_after = "
             "excluded.window_begins_after, last_event = excluded.last_event, figures_day = "
             "excluded.figures_day, judged_at = excluded.judged_at, figures = excluded.figures",
      soci::use(disease), soci::use(version), soci::use(last), soci::use(begins), soci::use(event),
      soci::use(day), soci::use(at), soci::use(progress.figures);
}

}  // namespace

Result<std::int64_t> SqliteStore::visit_predictions(
    std::string_view disease, const PredictionPiece& piece, std::size_t rows_max,
    const std::function<Result<void>(const WatchedPrediction&)>& visit) {
  const std::string wanted(disease);
  return parts_->read<std::int64_t>([&](soci::session& session) -> Result<std::int64_t> {
    const long long after = piece.after;
    const long long end =
        piece.up_to != 0 ? piece.up_to : end_of_piece(session, wanted, after, rows_max);
    WatchedRow row;
    soci::statement statement(
        (session.prepare
             << "SELECT number, person, made_at, inputs, risk FROM predictions WHERE disease = "
                ":disease AND number > :after AND number <= :end AND model_version = "
                ":model AND risk IS NOT NULL ORDER BY number",
         soci::use(wanted), soci::use(after), soci::use(end), soci::use(piece.model_digest),
         soci::into(row.number), soci::into(row.person, row.has_person), soci::into(row.made_at),
         soci::into(row.inputs), soci::into(row.risk)));
    statement.execute();
    while (statement.fetch()) {
      const WatchedPrediction prediction = TRY(row.prediction());
      TRY(visit(prediction));
    }
    return std::int64_t{end};
  });
}

Result<void> SqliteStore::visit_outcomes(
    const DiseaseFile& disease, std::string_view model_digest, Moment since, std::size_t count_max,
    const std::function<Result<void>(const WatchedOutcome&)>& visit) {
  const std::string model(model_digest), standards = training_standards(disease);
  const long long from = since.seconds, most = static_cast<long long>(count_max);
  const long long horizon = disease.outcome.horizon_days;
  return parts_->readers.run([&](soci::session& session) -> Result<void> {
    WatchedRow row;
    long long value = 0, recorded_at = 0;
    soci::statement statement(
        (session.prepare << kWatchedOutcomes, soci::use(disease.id, "disease"),
         soci::use(from, "since"), soci::use(model, "model"), soci::use(standards, "standards"),
         soci::use(horizon, "horizon"), soci::use(most, "most"), soci::into(row.number),
         soci::into(row.person, row.has_person), soci::into(row.made_at), soci::into(row.inputs),
         soci::into(row.risk), soci::into(value), soci::into(recorded_at)));
    statement.execute();
    while (statement.fetch()) {
      WatchedOutcome outcome;
      outcome.prediction = TRY(row.prediction());
      outcome.value = value == 1 ? OutcomeValue::Present : OutcomeValue::Absent;
      outcome.confirmed_at = {recorded_at};
      TRY(visit(outcome));
    }
    return {};
  });
}

Result<std::int64_t> SqliteStore::last_event() {
  return parts_->read<std::int64_t>([](soci::session& session) -> Result<std::int64_t> {
    return std::int64_t{number_of(session, "SELECT coalesce(max(id), 0) FROM outcome_events")};
  });
}

Result<WatchProgress> SqliteStore::watch_progress(std::string_view disease) {
  const std::string wanted(disease);
  return parts_->read<WatchProgress>([&](soci::session& session) -> Result<WatchProgress> {
    long long version = 0, last = 0, begins = 0, event = 0, day = 0, at = 0;
    WatchProgress progress;
    session << "SELECT version, last_prediction, window_begins_after, last_event, figures_day, "
               "judged_at, figures FROM watch_progress WHERE disease = :disease",
        soci::use(wanted), soci::into(version), soci::into(last), soci::into(begins),
        soci::into(event), soci::into(day), soci::into(at), soci::into(progress.figures);
    if (!session.got_data()) return WatchProgress();
    progress.version = version;
    progress.last_prediction = last;
    progress.window_begins_after = begins;
    progress.last_event = event;
    progress.figures_day = day;
    progress.judged_at = {at};
    return progress;
  });
}

Result<void> SqliteStore::save_watch(std::string_view disease, const WatchProgress& progress,
                                     const std::vector<JudgedWindow>& windows,
                                     const std::vector<PredictionDay>& days) {
  const std::string of(disease);
  return parts_->writer.run([&](soci::session& session) -> Result<void> {
    insert_windows(session, of, windows);
    add_days(session, of, progress.version, days);
    store_progress(session, of, progress);
    return {};
  });
}

Result<std::vector<JudgedWindow>> SqliteStore::judged_windows(std::string_view disease,
                                                              std::int64_t version,
                                                              std::size_t count_max) {
  const std::string of(disease);
  const long long number = version, most = static_cast<long long>(count_max);
  using List = std::vector<JudgedWindow>;
  return parts_->read<List>([&](soci::session& session) -> Result<List> {
    JudgedWindow window;
    window.version = version;
    long long from = 0, to = 0;
    soci::statement statement(
        (session.prepare << "SELECT from_at, to_at, suspects, estimated, drift FROM watch_windows "
                            "WHERE disease = :disease AND version = :version ORDER BY place DESC "
                            "LIMIT :most",
         soci::use(of), soci::use(number), soci::use(most), soci::into(from), soci::into(to),
         soci::into(window.suspects), soci::into(window.estimated), soci::into(window.drift)));
    List list;
    statement.execute();
    while (statement.fetch()) {
      window.from = {from};
      window.to = {to};
      list.push_back(window);
    }
    return list;
  });
}

Result<std::vector<PredictionDay>> SqliteStore::prediction_days(std::string_view disease,
                                                                std::int64_t version) {
  const std::string of(disease);
  const long long number = version;
  using List = std::vector<PredictionDay>;
  return parts_->read<List>([&](soci::session& session) -> Result<List> {
    long long day = 0, high = 0, not_high = 0;
    soci::statement statement((
        session.prepare << "SELECT day, high, not_high FROM watch_days WHERE disease = :disease "
                           "AND version = :version ORDER BY day",
        soci::use(of), soci::use(number), soci::into(day), soci::into(high), soci::into(not_high)));
    List list;
    statement.execute();
    while (statement.fetch()) {
      list.push_back({day, static_cast<std::uint64_t>(high), static_cast<std::uint64_t>(not_high)});
    }
    return list;
  });
}

}  // namespace relearn
