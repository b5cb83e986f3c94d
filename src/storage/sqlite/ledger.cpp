#include "storage/sqlite/ledger.h"

#include <fmt/format.h>
#include <soci/soci.h>

#include <algorithm>

#include "storage/sqlite/attempt_rows.h"
#include "storage/sqlite/schema.h"

namespace relearn {
namespace {

constexpr const char* kColumns =
    "sequence, at, action, subject, from_version, to_version, actor, reason, evidence, content, "
    "previous_hash, hash, signature";
constexpr const char* kColumnsBefore =  // there were signatures
    "sequence, at, action, subject, '', '', '', reason, '', '', previous_hash, hash, ''";

/// A cell of another type than its column's reads as something that it is not: '17x' as 17.
Result<void> check_types(soci::session& session) {
  for (const char* const table : {"ledger", "attempts", "approvals", "versions", "live_changes"}) {
    std::string name, type, unions;
    soci::statement columns((session.prepare << fmt::format(
                                 "SELECT name, lower(type) FROM pragma_table_info('{}')", table),
                             soci::into(name), soci::into(type)));
    columns.execute();
    while (columns.fetch()) {
      unions += fmt::format("{}SELECT '{}' FROM {} WHERE typeof({}) NOT IN ('{}', 'null')",
                            unions.empty() ? "" : " UNION ALL ", name, table, name, type);
    }
    session << unions + " LIMIT 1", soci::into(name);
    if (session.got_data()) {
      return broken_invariant(
          fmt::format("a {} in the table {} is not of its column's type; was the database edited?",
                      name, table));
    }
  }
  return {};
}

Result<void> read_approvals_of_all(soci::session& session, History& history) {
  History::Given given;
  std::string role;
  long long attempt = 0, place = 0, user = 0, at = 0;
  soci::statement statement(
      (session.prepare << "SELECT disease, attempt, place, by_user, by_role, reason, given_at FROM "
                          "approvals ORDER BY disease, attempt, place",
       soci::into(given.disease), soci::into(attempt), soci::into(place), soci::into(user),
       soci::into(role), soci::into(given.what.reason), soci::into(at)));
  statement.execute();
  while (statement.fetch()) {
    given.attempt = attempt;
    given.place = place;
    given.what.at = {at};
    given.what.by = TRY(stored_actor(user, role, attempt_subject(given.disease, attempt)));
    history.approvals.push_back(given);
  }
  return {};
}

void read_versions_of_all(soci::session& session, History& history) {
  History::Published version;
  History::Changed change;
  long long number = 0, attempt = 0, at = 0, forced = 0, from = 0, to = 0;
  soci::statement versions(
      (session.prepare << "SELECT disease, number, attempt, published_at, forced FROM versions "
                          "ORDER BY disease, number",
       soci::into(version.disease), soci::into(number), soci::into(attempt), soci::into(at),
       soci::into(forced)));
  versions.execute();
  while (versions.fetch()) {
    version.number = number;
    version.attempt = attempt;
    version.at = {at};
    version.forced = forced;
    history.versions.push_back(version);
  }
  soci::statement changes(
      (session.prepare << "SELECT disease, place, changed_at, from_version, to_version FROM "
                          "live_changes ORDER BY disease, place",
       soci::into(change.disease), soci::into(number), soci::into(at), soci::into(from),
       soci::into(to)));
  changes.execute();
  while (changes.fetch()) {
    change.place = number;
    change.what = {{at}, from, to};
    history.live_changes.push_back(change);
  }
}

/// What the ledger tells besides: withdrawals, revoked snapshots, quarantines.
void read_others(soci::session& session, History& history) {
  std::string name, line;
  soci::statement statement(
      (session.prepare
           << "SELECT 'withdrawal/' || number, CAST(withdrawn_at AS TEXT) FROM withdrawn "
              "UNION ALL SELECT digest, '' FROM snapshots WHERE revoked <> 0 UNION ALL "
              "SELECT disease || '/quarantine/' || id, state FROM quarantines",
       soci::into(name), soci::into(line)));
  statement.execute();
  while (statement.fetch()) history.others[name] = line;
}

/// `which`: what stands behind FROM ledger.
std::vector<LedgerEntry> read_entries(soci::session& session, const std::string& which) {
  std::vector<LedgerEntry> entries;
  LedgerEntry e;
  long long sequence = 0, at = 0;
  const bool before = stored_schema_version(session) < kSchemaOfAttempts;
  soci::statement statement(
      (session.prepare << fmt::format("SELECT {} FROM ledger {}",
                                      before ? kColumnsBefore : kColumns, which),
       soci::into(sequence), soci::into(at), soci::into(e.action), soci::into(e.subject),
       soci::into(e.from), soci::into(e.to), soci::into(e.actor), soci::into(e.reason),
       soci::into(e.evidence), soci::into(e.content), soci::into(e.previous_hash),
       soci::into(e.hash), soci::into(e.signature)));
  statement.execute();
  while (statement.fetch()) {
    e.sequence = sequence;
    e.at = {at};
    entries.push_back(e);
  }
  return entries;
}

}  // namespace

void append_ledger(soci::session& session, const KeyRing& keys, LedgerEntry entry) {
  long long sequence = 0;
  entry.previous_hash = std::string(64, '0');
  session << "SELECT sequence, hash FROM ledger ORDER BY sequence DESC LIMIT 1",
      soci::into(sequence), soci::into(entry.previous_hash);
  entry.sequence = ++sequence;
  entry.hash = ledger_hash(entry, LedgerFormula::Signed);
  entry.signature = keys.sign(entry.hash);
  const long long at = entry.at.seconds;
  session << fmt::format(
      "INSERT INTO ledger ({}) VALUES (:sequence, :at, :action, :subject, :from, :to, :actor, "
      ":reason, :evidence, :content, :previous, :hash, :signature)",
      kColumns),
      soci::use(sequence), soci::use(at), soci::use(entry.action), soci::use(entry.subject),
      soci::use(entry.from), soci::use(entry.to), soci::use(entry.actor), soci::use(entry.reason),
      soci::use(entry.evidence), soci::use(entry.content), soci::use(entry.previous_hash),
      soci::use(entry.hash), soci::use(entry.signature);
}

Result<void> begin_signing(soci::session& session, const KeyRing& keys, Moment now) {
  LedgerEntry entry;
  entry.at = now;
  entry.action = kLedgerSigned;
  entry.subject = "ledger";
  entry.evidence = keys.public_key();
  append_ledger(session, keys, entry);
  entry = {};
  entry.at = now;
  entry.action = "attempt.migrated";
  const auto rows = TRY(read_attempt_rows(session, ""));
  for (const AttemptRow& row : rows) {
    entry.subject = attempt_subject(row.attempt.what.disease, row.attempt.number);
    entry.content = attempt_content(row.attempt);
    append_ledger(session, keys, entry);
  }
  return {};
}

std::vector<LedgerEntry> read_ledger(soci::session& session) {
  return read_entries(session, "ORDER BY sequence");
}

std::vector<LedgerEntry> read_ledger_page(soci::session& session, std::int64_t before,
                                          std::size_t count_max) {
  const std::string earlier = before == 0 ? "" : fmt::format("WHERE sequence < {} ", before);
  return read_entries(session,
                      fmt::format("{}ORDER BY sequence DESC LIMIT {}", earlier, count_max));
}

Result<History> read_history(soci::session& session) {
  TRY(check_types(session));
  History history;
  history.entries = read_ledger(session);
  auto rows = TRY(read_attempt_rows(session, ""));
  for (AttemptRow& row : rows) history.attempts.push_back(std::move(row.attempt));
  TRY(read_approvals_of_all(session, history));
  read_versions_of_all(session, history);
  read_others(session, history);
  return history;
}

Result<void> verify_without_keys(soci::session& session) {
  if (stored_schema_version(session) < kSchemaOfAttempts) {
    return check_unsigned_entries(read_ledger(session));
  }
  const History history = TRY(read_history(session));
  const auto is_first = [](const LedgerEntry& entry) { return entry.action == kLedgerSigned; };
  const auto first = std::ranges::find_if(history.entries, is_first);
  TRY(check_entries(history.entries, first == history.entries.end() ? "" : first->evidence));
  return check_history(history);
}

}  // namespace relearn
