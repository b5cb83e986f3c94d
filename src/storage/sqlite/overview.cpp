#include <fmt/format.h>
#include <soci/soci.h>

#include <limits>

#include "storage/sqlite/store_parts.h"
#include "storage/sqlite/stored_prediction.h"

namespace relearn {
namespace {

std::vector<long long> numbers_of(soci::session& session, const char* sql,
                                  const std::string& disease, std::size_t count_max) {
  std::vector<long long> numbers;
  long long number = 0;
  const long long limit = static_cast<long long>(count_max);
  soci::statement statement(
      (session.prepare << sql, soci::use(disease), soci::use(limit), soci::into(number)));
  statement.execute();
  while (statement.fetch()) numbers.push_back(number);
  return numbers;
}

/// The clinic's own name for whom it is about; "" for an account and a guest.
Result<std::string> reference_of(soci::session& session, const KeyRing& keys,
                                 const Prediction& prediction) {
  if (!prediction.person) return std::string();
  const long long person = prediction.person->value;
  std::string index, sealed;
  soci::indicator has_index = soci::i_null;
  session << "SELECT reference_index, reference_sealed FROM persons WHERE id = :id",
      soci::use(person), soci::into(index, has_index), soci::into(sealed);
  if (has_index != soci::i_ok) return std::string();
  return keys.open(sealed, {"persons", "reference", index});
}

Result<AwaitingPrediction> awaiting_of(soci::session& session, const KeyRing& keys,
                                       long long number) {
  const std::string value = fmt::format("{}", number);
  auto found = TRY(find_prediction_where(session, "number", value));
  if (!found) return broken_invariant("a prediction waits that is not stored; was one deleted?");
  AwaitingPrediction awaiting;
  awaiting.prediction = std::move(*found);
  awaiting.reference = TRY(reference_of(session, keys, awaiting.prediction));
  long long drawn = 0;
  std::string state;
  soci::indicator has_state = soci::i_null;
  session << "SELECT a.drawn, c.state FROM awaiting a LEFT JOIN current_outcomes c ON "
             "c.prediction = a.prediction WHERE a.prediction = :number",
      soci::use(number), soci::into(drawn), soci::into(state, has_state);
  awaiting.drawn = drawn != 0;
  if (has_state == soci::i_ok) awaiting.state = parse_state(state);
  return awaiting;
}

Result<std::vector<AwaitingPrediction>> awaiting_list(soci::session& session, const KeyRing& keys,
                                                      const std::vector<long long>& numbers) {
  std::vector<AwaitingPrediction> list;
  for (const long long number : numbers) {
    AwaitingPrediction awaiting = TRY(awaiting_of(session, keys, number));
    list.push_back(std::move(awaiting));
  }
  return list;
}

std::uint64_t tally(soci::session& session, const std::string& disease, const std::string& what) {
  long long records = 0;
  session << "SELECT records FROM tallies WHERE disease = :disease AND what = :what",
      soci::use(disease), soci::use(what), soci::into(records);
  return static_cast<std::uint64_t>(records);
}

Result<std::vector<OutcomeEvent>> events_of(soci::session& session, const KeyRing& keys,
                                            const std::string& prediction) {
  std::vector<OutcomeEvent> events;
  std::string state, source, standard, reason, observed_on, name, name_index;
  long long place = 0, value = 0, recorded_at = 0;
  soci::statement statement(
      (session.prepare << "SELECT e.place, e.state, e.value, e.source, e.reference_standard, "
                          "e.reason_sealed, e.observed_on, e.recorded_at, n.name_sealed, "
                          "n.name_index FROM outcome_events e JOIN contributors n ON n.id = "
                          "e.contributor WHERE e.prediction = (SELECT number FROM predictions "
                          "WHERE id = :id) ORDER BY e.place",
       soci::use(prediction), soci::into(place), soci::into(state), soci::into(value),
       soci::into(source), soci::into(standard), soci::into(reason), soci::into(observed_on),
       soci::into(recorded_at), soci::into(name), soci::into(name_index)));
  statement.execute();
  while (statement.fetch()) {
    const std::string row = fmt::format("{}/{}", prediction, place);
    OutcomeEvent event;
    event.state = *parse_state(state);  // the table's checks know the same words
    event.value = value == 1 ? OutcomeValue::Present : OutcomeValue::Absent;
    event.source = *parse_source(source);
    event.reference_standard = standard;
    event.reason = TRY(keys.open(reason, {"outcome_events", "reason", row}));
    event.observed_on = TRY(parse_date(observed_on));
    event.recorded_at = {recorded_at};
    event.actor = TRY(keys.open(name, {"contributors", "name", name_index}));
    events.push_back(std::move(event));
  }
  return events;
}

/// ",coronary_angiography,stress_imaging,": of those that train.
std::string training_standards(const DiseaseFile& disease) {
  std::string list = ",";
  for (const ReferenceStandard& standard : disease.outcome.reference_standards) {
    if (standard.trains) list += standard.id + ",";
  }
  return list;
}

/// When the records of the live version's snapshot were read; 0 without one.
long long cut_off_of_live(soci::session& session, const std::string& disease) {
  long long cut_off = 0;
  session << "SELECT s.cut_off FROM live_changes l JOIN versions v ON v.disease = l.disease AND "
             "v.number = l.to_version JOIN attempts a ON a.disease = v.disease AND a.number = "
             "v.attempt JOIN snapshots s ON s.digest = a.snapshot WHERE l.disease = :disease AND "
             "l.place = (SELECT max(place) FROM live_changes m WHERE m.disease = :same)",
      soci::use(disease, "disease"), soci::use(disease, "same"), soci::into(cut_off);
  return cut_off;
}

/// Two ranges of indices, neither of which holds what the other does: confirmed since the cut-off,
/// and before it but mature since. Who is under quarantine is looked up once. It stops at the
/// limit.
constexpr const char* kNewOutcomes =
    "SELECT count(*), coalesce(sum(value), 0) FROM (SELECT e.value FROM (SELECT c.event FROM "
    "current_outcomes c WHERE c.disease = :disease AND c.state IN ('confirmed', 'adjudicated') AND "
    "c.event >= :first AND c.made_at <= :mature_now UNION ALL SELECT c.event FROM current_outcomes "
    "c WHERE :cut_off > 0 AND c.disease = :disease AND c.state IN ('confirmed', 'adjudicated') AND "
    "c.made_at > :mature_then AND c.made_at <= :mature_now AND c.event < :first) r CROSS JOIN "
    "outcome_events e ON e.id = r.event WHERE instr(:standards, ',' || e.reference_standard || "
    "',') > 0 AND 'c-' || e.contributor NOT IN (SELECT subject FROM quarantines WHERE disease = "
    ":disease AND scope = 'contributor' AND state IN ('open', 'upheld')) AND 'b-' || e.batch NOT "
    "IN (SELECT subject FROM quarantines WHERE disease = :disease AND scope = 'batch' AND state IN "
    "('open', 'upheld')) LIMIT :most)";

/// The first event after the cut-off; beyond all when there is none.
long long first_event_after(soci::session& session, long long cut_off) {
  long long first = std::numeric_limits<long long>::max();
  session << "SELECT id FROM outcome_events WHERE recorded_at > :cut_off ORDER BY recorded_at "
             "LIMIT 1",
      soci::use(cut_off), soci::into(first);
  return first;
}

void count_new(soci::session& session, const DiseaseFile& disease, Moment now,
               DiseaseCounts& counts) {
  const long long window = kSecondsPerDay * disease.outcome.maturity_days;
  const long long cut_off = cut_off_of_live(session, disease.id);
  const long long mature_now = now.seconds - window, mature_then = cut_off - window;
  const long long most = static_cast<long long>(kNewOutcomesMax);
  const long long first = first_event_after(session, cut_off);
  const std::string standards = training_standards(disease);
  long long confirmed = 0, positive = 0;
  session << kNewOutcomes, soci::use(disease.id, "disease"), soci::use(cut_off, "cut_off"),
      soci::use(first, "first"), soci::use(mature_now, "mature_now"),
      soci::use(mature_then, "mature_then"), soci::use(standards, "standards"),
      soci::use(most, "most"), soci::into(confirmed), soci::into(positive);
  counts.new_confirmed = static_cast<std::uint64_t>(confirmed);
  counts.new_positive = static_cast<std::uint64_t>(positive);
}

}  // namespace

Result<UserSummary> SqliteStore::summary_of(UserId user) {
  return parts_->read<UserSummary>([&](soci::session& session) -> Result<UserSummary> {
    UserSummary summary;
    const long long id = user.value;
    long long person = 0, created_at = 0, count = 0, latest = 0, made_at = 0;
    session << "SELECT person, created_at FROM users WHERE id = :id", soci::use(id),
        soci::into(person), soci::into(created_at);
    if (!session.got_data()) return not_found(fmt::format("there is no user {}", id));
    summary.member_since = {created_at};
    DiseaseSummary row;
    double risk = 0;
    soci::indicator has_risk = soci::i_null;
    // SQLite takes the other columns from the row of the maximum.
    soci::statement statement(
        (session.prepare << "SELECT disease, count(*), max(number), made_at, risk, shown FROM "
                            "predictions WHERE person = :person GROUP BY disease ORDER BY disease",
         soci::use(person), soci::into(row.disease), soci::into(count), soci::into(latest),
         soci::into(made_at), soci::into(risk, has_risk), soci::into(row.latest_shown)));
    statement.execute();
    while (statement.fetch()) {
      row.predictions = static_cast<std::uint64_t>(count);
      row.latest_at = {made_at};
      row.latest_risk = has_risk == soci::i_ok ? std::optional(ServedRisk(risk)) : std::nullopt;
      summary.predictions += row.predictions;
      summary.diseases.push_back(row);
    }
    return summary;
  });
}

Result<AwaitingLists> SqliteStore::awaiting(std::string_view disease, std::size_t count_max) {
  const std::string wanted(disease);
  return parts_->read<AwaitingLists>([&](soci::session& session) -> Result<AwaitingLists> {
    AwaitingLists lists;
    lists.awaiting = tally(session, wanted, "awaiting");
    lists.by_doubt = TRY(awaiting_list(
        session, parts_->keys,
        numbers_of(session,
                   "SELECT prediction FROM awaiting WHERE disease = :disease ORDER BY doubt DESC, "
                   "prediction DESC LIMIT :limit",
                   wanted, count_max)));
    lists.drawn = TRY(awaiting_list(
        session, parts_->keys,
        numbers_of(session,
                   "SELECT prediction FROM awaiting WHERE disease = :disease AND drawn = 1 ORDER "
                   "BY prediction DESC LIMIT :limit",
                   wanted, count_max)));
    return lists;
  });
}

Result<std::optional<PredictionDetails>> SqliteStore::details_of(const PredictionId& id) {
  using Found = std::optional<PredictionDetails>;
  return parts_->read<Found>([&](soci::session& session) -> Result<Found> {
    auto found = TRY(find_prediction_where(session, "id", id.text));
    if (!found) return Found();
    PredictionDetails details;
    details.prediction = std::move(*found);
    details.reference = TRY(reference_of(session, parts_->keys, details.prediction));
    details.events = TRY(events_of(session, parts_->keys, id.text));
    return Found(std::move(details));
  });
}

Result<std::map<Role, std::uint64_t>> SqliteStore::count_roles() {
  using Counts = std::map<Role, std::uint64_t>;
  return parts_->read<Counts>([](soci::session& session) -> Result<Counts> {
    Counts counts;
    std::string role;
    long long count = 0;
    soci::statement statement((session.prepare << "SELECT role, count(*) FROM users GROUP BY role",
                               soci::into(role), soci::into(count)));
    statement.execute();
    while (statement.fetch()) {
      counts[*parse_role(role)] = static_cast<std::uint64_t>(count);  // as the table's check
    }
    return counts;
  });
}

Result<DiseaseCounts> SqliteStore::count_disease(const DiseaseFile& disease, Moment now) {
  return parts_->read<DiseaseCounts>([&](soci::session& session) -> Result<DiseaseCounts> {
    DiseaseCounts counts;
    const std::string& id = disease.id;
    counts.predictions = tally(session, id, "predictions");
    counts.awaiting = tally(session, id, "awaiting");
    counts.reported = tally(session, id, "reported");
    counts.contested = tally(session, id, "contested");
    counts.retracted = tally(session, id, "retracted");
    counts.confirmed = tally(session, id, "confirmed") + tally(session, id, "adjudicated");
    count_new(session, disease, now, counts);
    long long quarantines = 0, changed_at = 0;
    session << "SELECT count(*) FROM quarantines WHERE disease = :disease AND state = 'open'",
        soci::use(id), soci::into(quarantines);
    counts.open_quarantines = static_cast<std::uint64_t>(quarantines);
    session << "SELECT changed_at FROM live_changes WHERE disease = :disease ORDER BY place DESC "
               "LIMIT 1",
        soci::use(id), soci::into(changed_at);
    if (session.got_data()) counts.live_since = Moment{changed_at};
    return counts;
  });
}

}  // namespace relearn
