#include "storage/sqlite/ledger.h"

#include <fmt/format.h>
#include <soci/soci.h>

#include "base/digest.h"

namespace relearn {
namespace {

std::string before_the_first() { return std::string(64, '0'); }

}  // namespace

std::string ledger_hash(const LedgerEntry& entry) {
  std::string text;
  for (const std::string& part :
       {fmt::format("{}", entry.sequence), fmt::format("{}", entry.at.seconds), entry.action,
        entry.subject, entry.reason, entry.previous_hash}) {
    text += fmt::format("{}:{},", part.size(), part);
  }
  return sha256(text);
}

Result<void> verify_ledger(std::span<const LedgerEntry> entries) {
  std::string previous = before_the_first();
  std::int64_t sequence = 0;
  for (const LedgerEntry& entry : entries) {
    ++sequence;
    if (entry.sequence != sequence || entry.previous_hash != previous ||
        entry.hash != ledger_hash(entry)) {
      return broken_invariant(
          fmt::format("the ledger does not hold together at entry {}; was it edited?", sequence));
    }
    previous = entry.hash;
  }
  return {};
}

void append_ledger(soci::session& session, Moment at, std::string_view action,
                   std::string_view subject, std::string_view reason) {
  LedgerEntry entry;
  long long sequence = 0;
  entry.previous_hash = before_the_first();
  session << "SELECT sequence, hash FROM ledger ORDER BY sequence DESC LIMIT 1",
      soci::into(sequence), soci::into(entry.previous_hash);
  entry.sequence = ++sequence;
  entry.at = at;
  entry.action = action;
  entry.subject = subject;
  entry.reason = reason;
  entry.hash = ledger_hash(entry);
  const long long seconds = at.seconds;
  session << "INSERT INTO ledger (sequence, at, action, subject, reason, previous_hash, hash) "
             "VALUES (:sequence, :at, :action, :subject, :reason, :previous, :hash)",
      soci::use(sequence), soci::use(seconds), soci::use(entry.action), soci::use(entry.subject),
      soci::use(entry.reason), soci::use(entry.previous_hash), soci::use(entry.hash);
}

std::vector<LedgerEntry> read_ledger(soci::session& session) {
  std::vector<LedgerEntry> entries;
  LedgerEntry entry;
  long long sequence = 0, at = 0;
  soci::statement statement(
      (session.prepare << "SELECT sequence, at, action, subject, reason, previous_hash, hash "
                          "FROM ledger ORDER BY sequence",
       soci::into(sequence), soci::into(at), soci::into(entry.action), soci::into(entry.subject),
       soci::into(entry.reason), soci::into(entry.previous_hash), soci::into(entry.hash)));
  statement.execute();
  while (statement.fetch()) {
    entry.sequence = sequence;
    entry.at = {at};
    entries.push_back(entry);
  }
  return entries;
}

}  // namespace relearn
