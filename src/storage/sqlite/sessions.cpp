#include <fmt/format.h>
#include <soci/soci.h>

#include "storage/sqlite/store_parts.h"
#include "storage/sqlite/user_row.h"

namespace relearn {
namespace {

constexpr std::string_view kSessionDomain = "session";

}  // namespace

Result<void> SqliteStore::add_session(std::string_view id, UserId user, Moment now,
                                      Moment expires) {
  const std::string index = parts_->keys.index(kSessionDomain, id);
  const long long owner = user.value, from = now.seconds, until = expires.seconds;
  return parts_->writer.run([&](soci::session& session) -> Result<void> {
    long long found = 0;
    session << "SELECT count(*) FROM users WHERE id = :id", soci::use(owner), soci::into(found);
    if (found == 0) return not_found(fmt::format("there is no user {}", owner));
    session << "DELETE FROM sessions WHERE expires_at <= :now", soci::use(from);
    session << "INSERT INTO sessions (id_index, user, expires_at) VALUES (:index, :user, :until)",
        soci::use(index), soci::use(owner), soci::use(until);
    const long long kept = kSessionsOfAUserMax;
    session << "DELETE FROM sessions WHERE user = :user AND number NOT IN (SELECT number FROM "
               "sessions WHERE user = :same ORDER BY number DESC LIMIT :kept)",
        soci::use(owner, "user"), soci::use(owner, "same"), soci::use(kept, "kept");
    return {};
  });
}

Result<std::optional<User>> SqliteStore::session_user(std::string_view id, Moment now) {
  const std::string index = parts_->keys.index(kSessionDomain, id);
  using Found = std::optional<User>;
  return parts_->read<Found>([&](soci::session& session) -> Result<Found> {
    long long expires = 0;
    session << "SELECT expires_at FROM sessions WHERE id_index = :index", soci::use(index),
        soci::into(expires);
    if (!session.got_data() || expires <= now.seconds) return Found();
    return find_user_where(
        session, parts_->keys,
        "u.disabled = 0 AND u.id = (SELECT user FROM sessions WHERE id_index = :value)", index);
  });
}

Result<void> SqliteStore::end_session(std::string_view id) {
  const std::string index = parts_->keys.index(kSessionDomain, id);
  return parts_->writer.run([&](soci::session& session) -> Result<void> {
    session << "DELETE FROM sessions WHERE id_index = :index", soci::use(index);
    return {};
  });
}

Result<void> SqliteStore::end_sessions(UserId user) {
  const long long owner = user.value;
  return parts_->writer.run([&](soci::session& session) -> Result<void> {
    session << "DELETE FROM sessions WHERE user = :user", soci::use(owner);
    return {};
  });
}

}  // namespace relearn
