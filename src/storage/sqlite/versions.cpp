#include <fmt/format.h>
#include <soci/soci.h>

#include <algorithm>

#include "storage/sqlite/attempt_rows.h"
#include "storage/sqlite/ledger.h"
#include "storage/sqlite/store_parts.h"

namespace relearn {
namespace {

/// The members' rows; Conflict when a prediction is not there any more.
Result<void> add_members(soci::session& session, long long snapshot,
                         const std::vector<PredictionId>& members) {
  std::string id;
  long long prediction = 0;
  soci::statement find((session.prepare << "SELECT number FROM predictions WHERE id = :id",
                        soci::use(id), soci::into(prediction)));
  soci::statement insert((session.prepare << "INSERT INTO snapshot_members (snapshot, prediction) "
                                             "VALUES (:snapshot, :prediction)",
                          soci::use(snapshot), soci::use(prediction)));
  for (const PredictionId& member : members) {
    id = member.text;
    if (!executes_to_row(find)) {
      return conflict("somebody in the snapshot has withdrawn meanwhile; take a new one");
    }
    try {
      insert.execute(true);
    } catch (const std::exception& error) {
      if (!is_constraint_violation(error)) throw;
      return invalid_input(fmt::format("prediction {} is in the snapshot twice", id));
    }
  }
  return {};
}

}  // namespace

Result<void> SqliteStore::add_snapshot(const NewSnapshot& snapshot, Moment now) {
  const long long privacy = snapshot.privacy_version, cut_off = snapshot.cut_off.seconds;
  const long long made_at = now.seconds;
  const auto rows = static_cast<long long>(snapshot.rows);
  const auto persons = static_cast<long long>(snapshot.persons);
  return parts_->writer.run([&](soci::session& session) -> Result<void> {
    long long number = 0;
    session << "SELECT number FROM snapshots WHERE digest = :digest", soci::use(snapshot.digest),
        soci::into(number);
    if (session.got_data()) return {};
    session << "INSERT INTO snapshots (digest, disease, privacy_version, rows, persons, cut_off, "
               "made_at) VALUES (:digest, :disease, :privacy, :rows, :persons, :cut_off, :at) "
               "RETURNING number",
        soci::use(snapshot.digest), soci::use(snapshot.disease), soci::use(privacy),
        soci::use(rows), soci::use(persons), soci::use(cut_off), soci::use(made_at),
        soci::into(number);
    return add_members(session, number, snapshot.members);
  });
}

Result<std::vector<Snapshot>> SqliteStore::snapshots(std::string_view disease) {
  const std::string wanted(disease);
  using List = std::vector<Snapshot>;
  return parts_->read<List>([&](soci::session& session) -> Result<List> {
    List list;
    Snapshot s;
    long long rows = 0, persons = 0, cut_off = 0, revoked = 0;
    soci::statement statement(
        (session.prepare << "SELECT digest, disease, rows, persons, cut_off, revoked "
                            "FROM snapshots WHERE disease = :disease ORDER BY number",
         soci::use(wanted), soci::into(s.digest), soci::into(s.disease), soci::into(rows),
         soci::into(persons), soci::into(cut_off), soci::into(revoked)));
    statement.execute();
    while (statement.fetch()) {
      s.rows = static_cast<std::uint64_t>(rows);
      s.persons = static_cast<std::uint64_t>(persons);
      s.cut_off = {cut_off};
      s.revoked = revoked != 0;
      list.push_back(s);
    }
    return list;
  });
}

Result<std::vector<PredictionId>> SqliteStore::snapshot_members(std::string_view digest) {
  const std::string wanted(digest);
  using List = std::vector<PredictionId>;
  return parts_->read<List>([&](soci::session& session) -> Result<List> {
    long long number = 0;
    session << "SELECT number FROM snapshots WHERE digest = :digest", soci::use(wanted),
        soci::into(number);
    if (!session.got_data()) return not_found(fmt::format("there is no snapshot {}", digest));
    List list;
    PredictionId id;
    soci::statement statement(
        (session.prepare << "SELECT p.id FROM snapshot_members m JOIN predictions p ON "
                            "p.number = m.prediction WHERE m.snapshot = :number ORDER BY p.id",
         soci::use(number), soci::into(id.text)));
    statement.execute();
    while (statement.fetch()) list.push_back(id);
    return list;
  });
}

Result<std::vector<Version>> SqliteStore::versions(std::string_view disease) {
  const std::string wanted(disease);
  using List = std::vector<Version>;
  return parts_->read<List>([&](soci::session& session) -> Result<List> {
    List list;
    const auto rows = TRY(read_attempt_rows(session, wanted));
    for (const AttemptRow& row : rows) {
      if (row.attempt.version != 0) list.push_back(version_of(row));
    }
    std::ranges::sort(list, {}, &Version::number);  // a forced one may be an older attempt
    return list;
  });
}

Result<std::optional<Version>> SqliteStore::live_version(std::string_view disease) {
  const std::string wanted(disease);
  using Live = std::optional<Version>;
  return parts_->read<Live>([&](soci::session& session) -> Result<Live> {
    const std::int64_t live = live_number(session, wanted);
    if (live == 0) return Live();
    const AttemptRow row = TRY(find_version_row(session, wanted, live));
    return Live(version_of(row));
  });
}

Result<std::vector<LedgerEntry>> SqliteStore::ledger() {
  using List = std::vector<LedgerEntry>;
  return parts_->read<List>(
      [](soci::session& session) -> Result<List> { return read_ledger(session); });
}

Result<std::vector<LedgerEntry>> SqliteStore::ledger_page(std::int64_t before,
                                                          std::size_t count_max) {
  using List = std::vector<LedgerEntry>;
  return parts_->read<List>([&](soci::session& session) -> Result<List> {
    return read_ledger_page(session, before, count_max);
  });
}

Result<void> SqliteStore::verify_ledger() {
  return parts_->readers.run([&](soci::session& session) -> Result<void> {
    const History history = TRY(read_history(session));
    TRY(check_entries(history.entries, parts_->keys.public_key()));
    return check_history(history);
  });
}

Result<std::string> SqliteStore::ledger_key() { return parts_->keys.public_key(); }

}  // namespace relearn
