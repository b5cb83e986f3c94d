#include "storage/sqlite/withdrawal.h"

#include <fmt/format.h>
#include <soci/soci.h>

#include <algorithm>

#include "base/text.h"
#include "storage/sqlite/attempt_rows.h"
#include "storage/sqlite/go_live.h"
#include "storage/sqlite/job_rows.h"
#include "storage/sqlite/ledger.h"
#include "storage/sqlite/names_in_text.h"
#include "storage/sqlite/store_parts.h"
#include "storage/sqlite/stored_text.h"
#include "storage/sqlite/waiting_list.h"

namespace relearn {
namespace {

constexpr const char* kRetrainReason = "somebody whose data it learnt from has withdrawn";

LedgerEntry entry_of(std::string_view action, std::string_view subject, std::string_view reason,
                     Moment now) {
  LedgerEntry entry;
  entry.at = now;
  entry.action = action;
  entry.subject = subject;
  entry.reason = reason;
  return entry;
}

std::uint64_t rows_of(soci::session& session, const char* sql, long long person) {
  long long count = 0;
  session << sql, soci::use(person), soci::into(count);
  return static_cast<std::uint64_t>(count);
}

/// Digests of the snapshots that hold the person and are not revoked yet; revokes them.
std::vector<std::string> revoke_snapshots(soci::session& session, const KeyRing& keys,
                                          long long person, Moment now) {
  std::vector<std::string> digests;
  std::string digest;
  soci::statement find(
      (session.prepare << "SELECT digest FROM snapshots WHERE revoked = 0 AND number IN "
                          "(SELECT m.snapshot FROM snapshot_members m JOIN predictions p "
                          "ON p.number = m.prediction WHERE p.person = :person) ORDER BY number",
       soci::use(person), soci::into(digest)));
  find.execute();
  while (find.fetch()) digests.push_back(digest);
  for (const std::string& revoked : digests) {
    session << "UPDATE snapshots SET revoked = 1 WHERE digest = :digest", soci::use(revoked);
    append_ledger(session, keys, entry_of("snapshot.revoked", revoked, "", now));
  }
  return digests;
}

/// Marks the attempts that were learnt from the revoked snapshots, and so their versions.
Result<void> mark_attempts(soci::session& session, const KeyRing& keys, Withdrawal& done,
                           Moment now) {
  const auto rows = TRY(read_attempt_rows(session, ""));
  for (const AttemptRow& row : rows) {
    const Attempt& attempt = row.attempt;
    const NewAttempt& what = attempt.what;
    if (attempt.contains_withdrawn || what.snapshot.empty() ||
        std::ranges::find(done.revoked_snapshots, what.snapshot) == done.revoked_snapshots.end()) {
      continue;
    }
    const long long number = attempt.number;
    session << "UPDATE attempts SET contains_withdrawn = 1 WHERE disease = :disease "
               "AND number = :number",
        soci::use(what.disease), soci::use(number);
    const bool is_version = attempt.version != 0;
    if (is_version) done.marked_versions.emplace_back(what.disease, attempt.version);
    const bool is_live = is_version && attempt.version == live_number(session, what.disease);
    if (!is_live && !what.bundle.empty()) done.bundles.push_back(what.bundle);
    LedgerEntry entry = attempt_entry("attempt.marked", attempt, now);
    entry.reason = kRetrainReason;
    if (is_version) {
      entry.action = "version.marked";
      entry.subject = version_subject(what.disease, attempt.version);
    }
    append_ledger(session, keys, entry);
  }
  return {};
}

/// A retrain for each disease whose live version is marked; one that is queued already will do.
void queue_retrains(soci::session& session, Withdrawal& done, Moment now) {
  NewJob job{.trigger = JobTrigger::Withdrawal, .reason = kRetrainReason};
  for (const auto& [disease, number] : done.marked_versions) {
    if (number != live_number(session, disease)) continue;
    if (active_job(session, disease) == 0) {
      job.diseases = {disease};
      insert_job(session, job, "", now);
    }
    done.retrain.push_back(disease);
  }
}

/// The rows themselves. The guards of the tables let them go while `erasure` has its row.
void delete_rows(soci::session& session, long long person) {
  uncount_person(session, person);
  session << "INSERT INTO erasure (one) VALUES (1)";
  for (const char* const sql :
       {"DELETE FROM snapshot_members WHERE prediction IN (SELECT number FROM predictions WHERE "
        "person = :person)",
        "DELETE FROM current_outcomes WHERE prediction IN (SELECT number FROM predictions WHERE "
        "person = :person)",
        "DELETE FROM outcome_events WHERE prediction IN (SELECT number FROM predictions WHERE "
        "person = :person)",
        "DELETE FROM predictions WHERE person = :person",
        "DELETE FROM users WHERE person = :person", "DELETE FROM persons WHERE id = :person"}) {
    session << sql, soci::use(person);
  }
  // Names that told outcomes of this person only, often their own. A name under quarantine stays:
  // without it, whoever it is would come back unknown.
  session << "DELETE FROM contributors WHERE NOT EXISTS (SELECT 1 FROM outcome_events e WHERE "
             "e.contributor = contributors.id) AND NOT EXISTS (SELECT 1 FROM quarantines q WHERE "
             "q.scope = 'contributor' AND q.subject = 'c-' || contributors.id)";
  session << "DELETE FROM erasure";
}

/// The person and how they are called. NotFound when nobody is.
Result<StoredPerson> find_person(soci::session& session, const KeyRing& keys,
                                 const Subject& subject, std::vector<std::string>& names) {
  StoredPerson person;
  if (subject.user) {
    const long long id = subject.user->value;
    std::string email, name;
    session << "SELECT person, email_index, email_sealed, full_name_sealed FROM users "
               "WHERE id = :id",
        soci::use(id), soci::into(person.number), soci::into(person.who_index), soci::into(email),
        soci::into(name);
    if (!session.got_data()) return not_found(fmt::format("there is no user {}", id));
    names.push_back(TRY(keys.open(email, {"users", "email", person.who_index})));
    names.push_back(TRY(keys.open(name, {"users", "full_name", person.who_index})));
    return person;
  }
  const std::string reference(trim(subject.reference));
  if (reference.empty()) return invalid_input("name the person who withdraws");
  names.push_back(reference);
  person.who_index = keys.index(kReferenceDomain, reference);
  session << "SELECT id FROM persons WHERE reference_index = :index", soci::use(person.who_index),
      soci::into(person.number);
  if (!session.got_data()) return not_found("nobody is stored under this reference");
  return person;
}

}  // namespace

Result<Withdrawal> erase_person(soci::session& session, const KeyRing& keys,
                                const StoredPerson& person, std::string_view reason, Moment now) {
  Withdrawal done;
  done.predictions =
      rows_of(session, "SELECT count(*) FROM predictions WHERE person = :person", person.number);
  done.outcomes = rows_of(session,
                          "SELECT count(*) FROM outcome_events WHERE prediction IN "
                          "(SELECT number FROM predictions WHERE person = :person)",
                          person.number);
  const long long at = now.seconds;
  long long number = 0;
  session << "INSERT INTO withdrawn (who_index, withdrawn_at) VALUES (:who, :at) RETURNING number",
      soci::use(person.who_index), soci::use(at), soci::into(number);
  append_ledger(session, keys,
                entry_of("person.withdrawn", fmt::format("withdrawal/{}", number), reason, now));
  done.revoked_snapshots = revoke_snapshots(session, keys, person.number, now);
  TRY(mark_attempts(session, keys, done, now));
  queue_retrains(session, done, now);
  delete_rows(session, person.number);
  return done;
}

Result<Withdrawal> SqliteStore::withdraw(const Subject& subject, std::string_view reason,
                                         Moment now) {
  const auto work = [&](soci::session& session) -> Result<Withdrawal> {
    std::vector<std::string> names;
    const StoredPerson person = TRY(find_person(session, parts_->keys, subject, names));
    TRY(check_does_not_name(reason, names));
    return erase_person(session, parts_->keys, person, reason, now);
  };
  return parts_->write<Withdrawal>(work, Writer::Afterwards::EmptyJournal);
}

}  // namespace relearn
