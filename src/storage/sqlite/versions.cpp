#include <fmt/format.h>
#include <soci/soci.h>

#include "storage/sqlite/ledger.h"
#include "storage/sqlite/store_parts.h"
#include "storage/sqlite/stored_text.h"

namespace relearn {
namespace {

std::string ledger_subject(std::string_view disease, long long number) {
  return fmt::format("{}/{}", disease, number);
}

/// Versions of a disease, oldest first; of all of them or of the one that is live.
std::vector<Version> read_versions(soci::session& session, const std::string& disease,
                                   std::string_view condition) {
  std::vector<Version> versions;
  Version v;
  long long number = 0, published_at = 0, withdrawn = 0;
  soci::statement statement(
      (session.prepare << fmt::format(
           "SELECT v.disease, v.number, v.model_digest, coalesce(v.snapshot, ''), "
           "v.baseline_digest, v.reason, v.published_at, v.contains_withdrawn "
           "FROM versions v {} WHERE v.disease = :disease ORDER BY v.number",
           condition),
       soci::use(disease), soci::into(v.what.disease), soci::into(number),
       soci::into(v.what.model_digest), soci::into(v.what.snapshot),
       soci::into(v.what.baseline_digest), soci::into(v.what.reason), soci::into(published_at),
       soci::into(withdrawn)));
  statement.execute();
  while (statement.fetch()) {
    v.number = number;
    v.published_at = {published_at};
    v.contains_withdrawn = withdrawn != 0;
    versions.push_back(v);
  }
  return versions;
}

long long live_number(soci::session& session, const std::string& disease) {
  long long live = 0;
  session << "SELECT number FROM live_versions WHERE disease = :disease", soci::use(disease),
      soci::into(live);
  return live;
}

/// A snapshot that a version may be learnt from: of this disease, and nobody in it has withdrawn.
Result<void> check_snapshot(soci::session& session, const NewVersion& version) {
  std::string disease;
  long long revoked = 0;
  session << "SELECT disease, revoked FROM snapshots WHERE digest = :digest",
      soci::use(version.snapshot), soci::into(disease), soci::into(revoked);
  if (!session.got_data()) {
    return not_found(fmt::format("there is no snapshot {}", version.snapshot));
  }
  if (disease != version.disease) {
    return invalid_input(
        fmt::format("the snapshot is of {}, the version of {}", disease, version.disease));
  }
  if (revoked != 0) {
    return not_ready("somebody in the snapshot has withdrawn meanwhile; retrain without them");
  }
  return {};
}

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

Result<Version> SqliteStore::publish(const NewVersion& version, std::int64_t expected, Moment now) {
  const std::string wrong = wrong_with_text("the reason", version.reason);
  if (!wrong.empty()) return invalid_input(wrong);
  const long long at = now.seconds;
  return parts_->write<Version>([&](soci::session& session) -> Result<Version> {
    const long long live = live_number(session, version.disease);
    if (live != expected) {
      return conflict(fmt::format(
          "{}: version {} is live, not {} against which the new one was compared; compare again",
          version.disease, live, expected));
    }
    if (!version.snapshot.empty()) TRY(check_snapshot(session, version));
    long long number = 0;
    session << "SELECT coalesce(max(number), 0) + 1 FROM versions WHERE disease = :disease",
        soci::use(version.disease), soci::into(number);
    soci::indicator has_snapshot = version.snapshot.empty() ? soci::i_null : soci::i_ok;
    session << "INSERT INTO versions (disease, number, model_digest, snapshot, baseline_digest, "
               "reason, published_at) VALUES (:disease, :number, :model, :snapshot, :baseline, "
               ":reason, :at)",
        soci::use(version.disease), soci::use(number), soci::use(version.model_digest),
        soci::use(version.snapshot, has_snapshot), soci::use(version.baseline_digest),
        soci::use(version.reason), soci::use(at);
    session << "INSERT INTO live_versions (disease, number) VALUES (:disease, :number) "
               "ON CONFLICT (disease) DO UPDATE SET number = excluded.number",
        soci::use(version.disease), soci::use(number);
    session << "UPDATE jobs SET state = 'done' WHERE disease = :disease "
               "AND state IN ('queued', 'running')",
        soci::use(version.disease);
    append_ledger(session, now, "version.published", ledger_subject(version.disease, number),
                  version.reason);
    return Version{number, version, now, false};
  });
}

Result<std::vector<Version>> SqliteStore::versions(std::string_view disease) {
  const std::string wanted(disease);
  using List = std::vector<Version>;
  return parts_->read<List>(
      [&](soci::session& session) -> Result<List> { return read_versions(session, wanted, ""); });
}

Result<std::optional<Version>> SqliteStore::live_version(std::string_view disease) {
  const std::string wanted(disease);
  using Live = std::optional<Version>;
  return parts_->read<Live>([&](soci::session& session) -> Result<Live> {
    const auto live = read_versions(
        session, wanted, "JOIN live_versions l ON l.disease = v.disease AND l.number = v.number");
    return live.empty() ? Live() : Live(live.front());
  });
}

Result<std::vector<Job>> SqliteStore::jobs() {
  using List = std::vector<Job>;
  return parts_->read<List>([](soci::session& session) -> Result<List> {
    List list;
    Job job;
    long long id = 0, queued_at = 0;
    soci::statement statement(
        (session.prepare << "SELECT id, disease, reason, state, queued_at FROM jobs ORDER BY id",
         soci::into(id), soci::into(job.disease), soci::into(job.reason), soci::into(job.state),
         soci::into(queued_at)));
    statement.execute();
    while (statement.fetch()) {
      job.id = id;
      job.queued_at = {queued_at};
      list.push_back(job);
    }
    return list;
  });
}

Result<std::vector<LedgerEntry>> SqliteStore::ledger() {
  using List = std::vector<LedgerEntry>;
  return parts_->read<List>(
      [](soci::session& session) -> Result<List> { return read_ledger(session); });
}

}  // namespace relearn
