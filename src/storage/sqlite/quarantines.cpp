#include <fmt/format.h>
#include <soci/soci.h>

#include "storage/sqlite/ledger.h"
#include "storage/sqlite/store_parts.h"
#include "storage/sqlite/stored_text.h"

namespace relearn {
namespace {

SecretPlace place_of(std::string_view column, std::string_view id) {
  return {"quarantines", column, id};
}

LedgerEntry entry_of(std::string_view action, std::string_view disease, long long id, Moment now) {
  LedgerEntry entry;
  entry.at = now;
  entry.action = fmt::format("quarantine.{}", action);
  entry.subject = fmt::format("{}/quarantine/{}", disease, id);
  return entry;
}

}  // namespace

Result<std::int64_t> SqliteStore::open_quarantine(const NewQuarantine& quarantine, Moment now) {
  for (const std::string_view text : {quarantine.disease, quarantine.subject, quarantine.reason}) {
    const std::string wrong = wrong_with_text("the quarantine", text);
    if (!wrong.empty()) return invalid_input(wrong);
  }
  const std::string scope(quarantine_scope_word(quarantine.scope));
  const auto records = static_cast<long long>(quarantine.records);
  const long long opened_at = now.seconds;
  return parts_->write<std::int64_t>([&](soci::session& session) -> Result<std::int64_t> {
    long long id = 0;
    session << "SELECT id FROM quarantines WHERE disease = :disease AND scope = :scope "
               "AND subject = :subject AND state IN ('open', 'upheld')",
        soci::use(quarantine.disease), soci::use(scope), soci::use(quarantine.subject),
        soci::into(id);
    if (session.got_data()) return std::int64_t{id};
    session << "INSERT INTO quarantines (disease, scope, subject, reason, records, state, "
               "opened_at) VALUES (:disease, :scope, :subject, :reason, :records, 'open', :at) "
               "RETURNING id",
        soci::use(quarantine.disease), soci::use(scope), soci::use(quarantine.subject),
        soci::use(quarantine.reason), soci::use(records), soci::use(opened_at), soci::into(id);
    LedgerEntry entry = entry_of("opened", quarantine.disease, id, now);
    entry.reason = quarantine.reason;
    append_ledger(session, parts_->keys, entry);
    return std::int64_t{id};
  });
}

Result<std::vector<Quarantine>> SqliteStore::quarantines(std::string_view disease) {
  const std::string wanted(disease);
  using List = std::vector<Quarantine>;
  return parts_->read<List>([&](soci::session& session) -> Result<List> {
    List list;
    Quarantine q;
    std::string scope, state, decided_by, reason;
    long long id = 0, records = 0, opened_at = 0, decided_at = 0;
    soci::statement statement((
        session.prepare << "SELECT id, disease, scope, subject, reason, records, state, opened_at, "
                           "decided_at, decided_by_sealed, decision_reason_sealed FROM quarantines "
                           "WHERE disease = :disease ORDER BY id",
        soci::use(wanted), soci::into(id), soci::into(q.what.disease), soci::into(scope),
        soci::into(q.what.subject), soci::into(q.what.reason), soci::into(records),
        soci::into(state), soci::into(opened_at), soci::into(decided_at), soci::into(decided_by),
        soci::into(reason)));
    statement.execute();
    while (statement.fetch()) {
      const std::string row = fmt::format("{}", id);
      q.id = id;
      q.what.scope = *parse_quarantine_scope(scope);  // the table's checks know the same words
      q.what.records = static_cast<std::uint64_t>(records);
      q.state = *parse_quarantine_state(state);
      q.opened_at = {opened_at};
      q.decided_at = {decided_at};
      q.decided_by = TRY(parts_->keys.open(decided_by, place_of("decided_by", row)));
      q.decision_reason = TRY(parts_->keys.open(reason, place_of("decision_reason", row)));
      list.push_back(q);
    }
    return list;
  });
}

Result<void> SqliteStore::close_quarantine(std::int64_t id, QuarantineState decision,
                                           std::string_view decided_by, std::string_view reason,
                                           Moment now) {
  if (decision == QuarantineState::Open) {
    return invalid_input("a quarantine is closed as released or as upheld");
  }
  for (const std::string_view text : {decided_by, reason}) {
    const std::string wrong = wrong_with_text("the decision", text);
    if (!wrong.empty()) return invalid_input(wrong);
  }
  const std::string row = fmt::format("{}", id);
  const std::string by = parts_->keys.seal(decided_by, place_of("decided_by", row));
  const std::string why = parts_->keys.seal(reason, place_of("decision_reason", row));
  const std::string state(quarantine_state_word(decision));
  const long long number = id, at = now.seconds;
  return parts_->writer.run([&](soci::session& session) -> Result<void> {
    std::string disease, before;
    session << "SELECT disease, state FROM quarantines WHERE id = :id", soci::use(number),
        soci::into(disease), soci::into(before);
    if (!session.got_data()) return not_found(fmt::format("there is no quarantine {}", id));
    if (before != "open") return conflict(fmt::format("quarantine {} is {} already", id, before));
    session << "UPDATE quarantines SET state = :state, decided_at = :at, "
               "decided_by_sealed = :by, decision_reason_sealed = :why WHERE id = :id",
        soci::use(state), soci::use(at), soci::use(by), soci::use(why), soci::use(number);
    // Who decided and why may name people; the ledger is kept for ever, so it says neither.
    append_ledger(session, parts_->keys, entry_of(state, disease, number, now));
    return {};
  });
}

}  // namespace relearn
