#include <fmt/format.h>
#include <soci/soci.h>

#include "storage/sqlite/ledger.h"
#include "storage/sqlite/names_in_text.h"
#include "storage/sqlite/store_parts.h"
#include "storage/sqlite/stored_text.h"

namespace relearn {
namespace {

/// The columns of an alarm, as variables that a statement fills.
struct AlarmRow {
  std::string disease, kind, tier, sentence, owner, closed_by, reason;
  long long id = 0, version = 0, opened_at = 0, seen_at = 0, owned_at = 0, closed_at = 0;
  soci::indicator is_owned = soci::i_null, is_closed = soci::i_null;

  static constexpr const char* kColumns =
      "id, disease, version, kind, tier, sentence, opened_at, seen_at, owner, owned_at, closed_at, "
      "closed_by, closing_reason";

  /// Bound in the order of kColumns.
  soci::details::prepare_temp_type& bind(soci::details::prepare_temp_type& statement) {
    return statement, soci::into(id), soci::into(disease), soci::into(version), soci::into(kind),
           soci::into(tier), soci::into(sentence), soci::into(opened_at), soci::into(seen_at),
           soci::into(owner), soci::into(owned_at, is_owned), soci::into(closed_at, is_closed),
           soci::into(closed_by), soci::into(reason);
  }

  Result<Alarm> alarm() const {
    const auto kind_read = parse_alarm_kind(kind);
    const auto tier_read = parse_alarm_tier(tier);
    if (!kind_read || !tier_read) {
      return broken_invariant(
          fmt::format("alarm {} is of the kind '{}'; was the database made by "
                      "a newer program?",
                      id, kind));
    }
    Alarm told;
    told.id = id;
    told.what = {disease, version, *kind_read, *tier_read, sentence};
    told.opened_at = {opened_at};
    told.seen_at = {seen_at};
    told.owner = owner;
    if (is_owned == soci::i_ok) told.owned_at = Moment{owned_at};
    if (is_closed == soci::i_ok) told.closed_at = Moment{closed_at};
    told.closed_by = closed_by;
    told.closing_reason = reason;
    return told;
  }
};

Result<Alarm> find_alarm(soci::session& session, std::int64_t wanted) {
  const long long id = wanted;
  AlarmRow row;
  auto preparing = session.prepare
                   << fmt::format("SELECT {} FROM alarms WHERE id = :id", AlarmRow::kColumns);
  soci::statement statement((row.bind(preparing), soci::use(id)));
  if (!executes_to_row(statement)) return not_found(fmt::format("there is no alarm {}", id));
  return row.alarm();
}

/// The same, or Conflict when nobody can do anything about it any more.
Result<Alarm> find_open_alarm(soci::session& session, std::int64_t id) {
  Alarm alarm = TRY(find_alarm(session, id));
  if (alarm.closed_at) {
    return conflict(fmt::format("alarm {} is closed already, by {}", id, alarm.closed_by));
  }
  return alarm;
}

void tell_ledger(soci::session& session, const KeyRing& keys, std::string_view action,
                 const Alarm& alarm, std::string_view actor, std::string_view reason, Moment now) {
  LedgerEntry entry;
  entry.at = now;
  entry.action = action;
  entry.subject = fmt::format("{}/alarm/{}", alarm.what.disease, alarm.id);
  entry.actor = actor;
  entry.reason = reason;
  append_ledger(session, keys, entry);
}

void close_row(soci::session& session, const KeyRing& keys, const Alarm& alarm,
               const std::string& by, const std::string& reason, Moment now) {
  const long long id = alarm.id, at = now.seconds;
  session << "UPDATE alarms SET closed_at = :at, closed_by = :by, closing_reason = :reason WHERE "
             "id = :id",
      soci::use(at), soci::use(by), soci::use(reason), soci::use(id);
  tell_ledger(session, keys, "alarm.closed", alarm, by, reason, now);
}

/// Whether somebody has closed the same of this version a short time ago.
bool is_resting(soci::session& session, const NewAlarm& alarm, Moment now) {
  const std::string kind(alarm_kind_word(alarm.kind));
  const long long version = alarm.version, since = now.seconds - kAlarmRestDays * kSecondsPerDay;
  std::string tier;
  session << "SELECT tier FROM alarms WHERE disease = :disease AND kind = :kind AND version = "
             ":version AND closed_at > :since ORDER BY id DESC LIMIT 1",
      soci::use(alarm.disease), soci::use(kind), soci::use(version), soci::use(since),
      soci::into(tier);
  if (!session.got_data()) return false;
  const auto closed = parse_alarm_tier(tier);
  return closed && *closed >= alarm.tier;
}

std::int64_t insert_alarm(soci::session& session, const KeyRing& keys, const NewAlarm& what,
                          Moment now) {
  const std::string kind(alarm_kind_word(what.kind)), tier(alarm_tier_word(what.tier));
  const long long version = what.version, at = now.seconds;
  Alarm alarm;
  alarm.what = what;
  long long id = 0;
  session << "INSERT INTO alarms (disease, version, kind, tier, sentence, opened_at, seen_at) "
             "VALUES (:disease, :version, :kind, :tier, :sentence, :at, :seen) RETURNING id",
      soci::use(what.disease), soci::use(version), soci::use(kind), soci::use(tier),
      soci::use(what.sentence), soci::use(at), soci::use(at), soci::into(id);
  alarm.id = id;
  tell_ledger(session, keys, "alarm.opened", alarm, kWatchActor,
              fmt::format("{}: {}", tier, what.sentence), now);
  return id;
}

/// The open one of its kind; it is still so.
void see_again(soci::session& session, const Alarm& open, const NewAlarm& what, Moment now) {
  const std::string tier(alarm_tier_word(std::max(open.what.tier, what.tier)));
  const long long id = open.id, at = now.seconds, version = what.version;
  session << "UPDATE alarms SET sentence = :sentence, tier = :tier, version = :version, seen_at = "
             ":at WHERE id = :id",
      soci::use(what.sentence), soci::use(tier), soci::use(version), soci::use(at), soci::use(id);
}

}  // namespace

Result<std::optional<std::int64_t>> SqliteStore::raise_alarm(const NewAlarm& alarm, Moment now) {
  using Opened = std::optional<std::int64_t>;
  for (const std::string_view text : {alarm.disease, alarm.sentence}) {
    const std::string wrong = wrong_with_text("the alarm", text);
    if (!wrong.empty()) return invalid_input(wrong);
  }
  const std::string kind(alarm_kind_word(alarm.kind));
  return parts_->write<Opened>([&](soci::session& session) -> Result<Opened> {
    long long open = 0;
    session << "SELECT id FROM alarms WHERE disease = :disease AND kind = :kind AND closed_at IS "
               "NULL",
        soci::use(alarm.disease), soci::use(kind), soci::into(open);
    if (session.got_data()) {
      const Alarm found = TRY(find_alarm(session, open));
      see_again(session, found, alarm, now);
      return Opened();
    }
    if (is_resting(session, alarm, now)) return Opened();
    return Opened(insert_alarm(session, parts_->keys, alarm, now));
  });
}

Result<void> SqliteStore::close_alarms_before(std::string_view disease, std::int64_t version,
                                              Moment now) {
  const std::string wanted(disease);
  return parts_->writer.run([&](soci::session& session) -> Result<void> {
    const long long live = version;
    std::vector<long long> ids;
    long long id = 0;
    soci::statement statement(
        (session.prepare << "SELECT id FROM alarms WHERE disease = :disease AND version <> :live "
                            "AND closed_at IS NULL AND kind NOT IN ('returned', 'cannot_return')",
         soci::use(wanted), soci::use(live), soci::into(id)));
    statement.execute();
    while (statement.fetch()) ids.push_back(id);
    const std::string reason =
        fmt::format("version {} is live now, and watched from the beginning", version);
    for (const long long one : ids) {
      const Alarm alarm = TRY(find_alarm(session, one));
      close_row(session, parts_->keys, alarm, kWatchActor, reason, now);
    }
    return {};
  });
}

Result<std::vector<Alarm>> SqliteStore::alarms(std::string_view disease, AlarmsWanted wanted,
                                               std::int64_t before, std::size_t count_max) {
  const std::string of(disease);
  const long long before_id = before == 0 ? std::numeric_limits<long long>::max() : before;
  const long long most = static_cast<long long>(count_max);
  const std::string which = wanted == AlarmsWanted::All    ? ""
                            : wanted == AlarmsWanted::Open ? " AND closed_at IS NULL"
                                                           : " AND closed_at IS NOT NULL";
  using List = std::vector<Alarm>;
  return parts_->read<List>([&](soci::session& session) -> Result<List> {
    AlarmRow row;
    auto preparing =
        session.prepare << fmt::format(
            "SELECT {} FROM alarms WHERE (:disease = '' OR disease = :disease) AND id < :before{} "
            "ORDER BY id DESC LIMIT :most",
            AlarmRow::kColumns, which);
    soci::statement statement((row.bind(preparing), soci::use(of, "disease"),
                               soci::use(before_id, "before"), soci::use(most, "most")));
    List list;
    statement.execute();
    while (statement.fetch()) {
      Alarm alarm = TRY(row.alarm());
      list.push_back(std::move(alarm));
    }
    return list;
  });
}

Result<Alarm> SqliteStore::own_alarm(std::int64_t id, const Actor& by, Moment now) {
  return parts_->write<Alarm>([&](soci::session& session) -> Result<Alarm> {
    TRY(find_open_alarm(session, id));
    const long long number = id, at = now.seconds;
    const std::string owner = actor_text(by);
    session << "UPDATE alarms SET owner = :owner, owned_at = :at WHERE id = :id", soci::use(owner),
        soci::use(at), soci::use(number);
    return find_alarm(session, id);
  });
}

Result<Alarm> SqliteStore::close_alarm(std::int64_t id, const Actor& by, std::string_view reason,
                                       Moment now) {
  return parts_->write<Alarm>([&](soci::session& session) -> Result<Alarm> {
    const Alarm alarm = TRY(find_open_alarm(session, id));
    TRY(check_names_nobody(session, parts_->keys, reason));
    close_row(session, parts_->keys, alarm, actor_text(by), std::string(reason), now);
    return find_alarm(session, id);
  });
}

}  // namespace relearn
