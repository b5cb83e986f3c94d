#include <fmt/format.h>
#include <soci/soci.h>

#include <limits>

#include "storage/sqlite/ledger.h"
#include "storage/sqlite/store_parts.h"
#include "storage/sqlite/stored_text.h"
#include "storage/sqlite/user_row.h"

namespace relearn {
namespace {

LedgerEntry entry_of(std::string_view action, long long user, const Actor& by, Moment now) {
  LedgerEntry entry;
  entry.at = now;
  entry.action = action;
  entry.subject = fmt::format("user {}", user);
  entry.actor = actor_text(by);
  return entry;
}

Result<std::optional<Account>> read_account(soci::session& session, const KeyRing& keys,
                                            const std::string& condition,
                                            const std::string& value) {
  auto user = TRY(find_user_where(session, keys, condition, value));
  if (!user) return std::optional<Account>();
  Account account;
  account.user = std::move(*user);
  account.user.password_hash.clear();
  const long long id = account.user.id.value;
  long long created_at = 0;
  session << "SELECT created_at FROM users WHERE id = :id", soci::use(id), soci::into(created_at);
  account.created_at = {created_at};
  return std::optional(std::move(account));
}

Result<Account> account_of(soci::session& session, const KeyRing& keys, long long id) {
  auto account = TRY(read_account(session, keys, "u.id = :value", fmt::format("{}", id)));
  if (!account) return not_found(fmt::format("there is no user {}", id));
  return *std::move(account);
}

/// Somebody must be able to give roles.
Result<void> check_admins(soci::session& session) {
  if (number_of(session, "SELECT count(*) FROM users WHERE role = 'admin' AND disabled = 0") > 0) {
    return {};
  }
  return conflict("this is the last admin who can sign in; make another one first");
}

}  // namespace

Result<std::vector<Account>> SqliteStore::accounts(std::optional<UserId> before,
                                                   std::size_t count_max) {
  using List = std::vector<Account>;
  return parts_->read<List>([&](soci::session& session) -> Result<List> {
    const long long below = before ? before->value : std::numeric_limits<long long>::max();
    const long long limit = static_cast<long long>(count_max);
    std::vector<long long> ids;
    long long id = 0;
    soci::statement statement(
        (session.prepare << "SELECT id FROM users WHERE id < :below ORDER BY id DESC LIMIT :limit",
         soci::use(below), soci::use(limit), soci::into(id)));
    statement.execute();
    while (statement.fetch()) ids.push_back(id);
    List list;
    for (const long long each : ids) {
      Account account = TRY(account_of(session, parts_->keys, each));
      list.push_back(std::move(account));
    }
    return list;
  });
}

Result<std::optional<Account>> SqliteStore::find_account(std::string_view email) {
  using Found = std::optional<Account>;
  const auto canonical = canonical_email(email);
  if (!canonical.ok()) return Found();  // nobody is called so
  const std::string index = parts_->keys.index(kEmailDomain, canonical.value());
  return parts_->read<Found>([&](soci::session& session) {
    return read_account(session, parts_->keys, "u.email_index = :value", index);
  });
}

Result<Account> SqliteStore::add_account(const NewUser& user, const Actor& by, Moment now) {
  const PreparedUser prepared = TRY(prepare_user(parts_->keys, user));
  return parts_->write<Account>([&](soci::session& session) -> Result<Account> {
    const UserId id = TRY(insert_user(session, prepared, now));
    LedgerEntry entry = entry_of("account.made", id.value, by, now);
    entry.to = prepared.role;
    append_ledger(session, parts_->keys, entry);
    return account_of(session, parts_->keys, id.value);
  });
}

Result<Account> SqliteStore::set_role(UserId user, Role role, const Actor& by, Moment now) {
  const long long id = user.value;
  const std::string word(role_word(role));
  return parts_->write<Account>([&](soci::session& session) -> Result<Account> {
    const Account before = TRY(account_of(session, parts_->keys, id));
    if (before.user.role == role) return before;
    session << "UPDATE users SET role = :role WHERE id = :id", soci::use(word), soci::use(id);
    TRY(check_admins(session));
    LedgerEntry entry = entry_of("account.role", id, by, now);
    entry.from = role_word(before.user.role);
    entry.to = word;
    append_ledger(session, parts_->keys, entry);
    return account_of(session, parts_->keys, id);
  });
}

Result<Account> SqliteStore::set_state(UserId user, AccountState state, const Actor& by,
                                       Moment now) {
  const long long id = user.value, disabled = state == AccountState::Disabled ? 1 : 0;
  return parts_->write<Account>([&](soci::session& session) -> Result<Account> {
    const Account before = TRY(account_of(session, parts_->keys, id));
    if (before.user.disabled == (disabled == 1)) return before;
    session << "UPDATE users SET disabled = :disabled WHERE id = :id", soci::use(disabled),
        soci::use(id);
    TRY(check_admins(session));
    if (disabled == 1) session << "DELETE FROM sessions WHERE user = :user", soci::use(id);
    append_ledger(session, parts_->keys,
                  entry_of(disabled == 1 ? "account.disabled" : "account.enabled", id, by, now));
    return account_of(session, parts_->keys, id);
  });
}

}  // namespace relearn
