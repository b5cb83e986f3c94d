#include "storage/sqlite/go_live.h"

#include <fmt/format.h>
#include <soci/soci.h>

#include "records/ledger.h"
#include "storage/sqlite/job_rows.h"
#include "storage/sqlite/ledger.h"

namespace relearn {
namespace {

/// Attempts that were judged against another version than the one that is live now.
Result<void> overtake(soci::session& session, const KeyRing& keys, const std::string& disease,
                      std::int64_t live, Moment now) {
  const auto rows = TRY(read_attempt_rows(session, disease));
  for (const AttemptRow& row : rows) {
    const Attempt& attempt = row.attempt;
    if (attempt.state != AttemptState::Waiting || attempt.what.champion == live) continue;
    const long long number = attempt.number;
    session << "UPDATE attempts SET state = 'overtaken' WHERE disease = :disease "
               "AND number = :number",
        soci::use(disease), soci::use(number);
    append_ledger(session, keys, attempt_entry("attempt.overtaken", attempt, now));
  }
  return {};
}

}  // namespace

LedgerEntry attempt_entry(std::string_view action, const Attempt& attempt, Moment now) {
  LedgerEntry entry;
  entry.at = now;
  entry.action = action;
  entry.subject = attempt_subject(attempt.what.disease, attempt.number);
  entry.evidence = attempt.what.bundle;
  return entry;
}

Result<void> check_champion(soci::session& session, const Attempt& attempt) {
  const NewAttempt& what = attempt.what;
  const std::int64_t live = live_number(session, what.disease);
  if (live == what.champion) return {};
  return conflict(fmt::format(
      "{}: version {} is live, not {} against which the new one was compared; compare again",
      what.disease, live, what.champion));
}

Result<void> check_snapshot(soci::session& session, const NewAttempt& attempt) {
  if (attempt.snapshot.empty()) return {};
  std::string disease;
  long long revoked = 0;
  session << "SELECT disease, revoked FROM snapshots WHERE digest = :digest",
      soci::use(attempt.snapshot), soci::into(disease), soci::into(revoked);
  if (!session.got_data()) {
    return not_found(fmt::format("there is no snapshot {}", attempt.snapshot));
  }
  if (disease != attempt.disease) {
    return invalid_input(
        fmt::format("the snapshot is of {}, the attempt of {}", disease, attempt.disease));
  }
  if (revoked != 0) {
    return not_ready("somebody in the snapshot has withdrawn meanwhile; retrain without them");
  }
  return {};
}

Result<void> change_live(soci::session& session, const KeyRing& keys, const std::string& disease,
                         LedgerEntry entry, std::int64_t to) {
  const long long at = entry.at.seconds, from = live_number(session, disease), next = to;
  session << "INSERT INTO live_changes (disease, place, changed_at, from_version, to_version) "
             "VALUES (:disease, (SELECT count(*) + 1 FROM live_changes WHERE disease = :disease), "
             ":at, :from, :to)",
      soci::use(disease, "disease"), soci::use(at, "at"), soci::use(from, "from"),
      soci::use(next, "to");
  entry.subject = version_subject(disease, to);
  entry.from = from == 0 ? "" : fmt::format("{}", from);
  entry.to = fmt::format("{}", to);
  append_ledger(session, keys, entry);
  return overtake(session, keys, disease, to, entry.at);
}

Result<Version> publish_attempt(soci::session& session, const KeyRing& keys, const Attempt& attempt,
                                const Publisher& publisher, Moment now) {
  const NewAttempt& what = attempt.what;
  TRY(check_champion(session, attempt));
  TRY(check_snapshot(session, what));
  const bool forced = publisher.how == Publish::Forced;
  const long long at = now.seconds, by_force = forced ? 1 : 0, attempted = attempt.number;
  long long number = 0;
  session << "SELECT coalesce(max(number), 0) + 1 FROM versions WHERE disease = :disease",
      soci::use(what.disease), soci::into(number);
  session << "INSERT INTO versions (disease, number, attempt, published_at, forced) "
             "VALUES (:disease, :number, :attempt, :at, :forced)",
      soci::use(what.disease), soci::use(number), soci::use(attempted), soci::use(at),
      soci::use(by_force);
  session << "UPDATE attempts SET state = 'published' WHERE disease = :disease AND "
             "number = :number AND state <> 'published'",
      soci::use(what.disease), soci::use(attempted);
  end_queued_withdrawals(session, what.disease, now);
  LedgerEntry entry = attempt_entry(forced ? "version.forced" : "version.published", attempt, now);
  entry.actor = actor_text(publisher.by);
  entry.reason = publisher.reason;
  entry.content = attempt_content(attempt);
  TRY(change_live(session, keys, what.disease, entry, number));
  const AttemptRow row = TRY(find_version_row(session, what.disease, number));
  return version_of(row);
}

}  // namespace relearn
