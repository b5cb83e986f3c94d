#include <fmt/format.h>
#include <soci/soci.h>

#include <array>

#include "base/text.h"
#include "service/secrets/password.h"
#include "storage/sqlite/store_parts.h"
#include "storage/sqlite/stored_text.h"
#include "storage/sqlite/user_row.h"

namespace relearn {
namespace {

std::string password_state_word(PasswordState state) {
  constexpr std::array<const char*, 3> kWords = {"current", "legacy", "must_reset"};
  return kWords[static_cast<std::size_t>(state)];
}

/// Stored plain text is never accepted as a password, so it is not stored.
Result<void> check_hash(std::string_view hash, PasswordState state) {
  const bool fits = state == PasswordState::Current  ? hash.starts_with("$argon2id$")
                    : state == PasswordState::Legacy ? is_bcrypt(hash)
                                                     : hash.empty();
  if (fits) return {};
  return invalid_input(fmt::format("what is given is no password hash of the kind '{}'",
                                   password_state_word(state)));
}

}  // namespace

Result<PreparedUser> prepare_user(const KeyRing& keys, const NewUser& user) {
  const std::string email = TRY(canonical_email(user.email));
  TRY(check_hash(user.password_hash, user.password));
  const std::string wrong = wrong_with_text("the name", user.full_name);
  if (!wrong.empty()) return invalid_input(wrong);
  PreparedUser prepared;
  prepared.index = keys.index(kEmailDomain, email);
  prepared.email = keys.seal(trim(user.email), place_in_users("email", prepared.index));
  prepared.name = keys.seal(user.full_name, place_in_users("full_name", prepared.index));
  prepared.hash = keys.seal(user.password_hash, place_in_users("password_hash", prepared.index));
  prepared.password_state = password_state_word(user.password);
  prepared.role = role_word(user.role);
  return prepared;
}

Result<UserId> insert_user(soci::session& session, const PreparedUser& user, Moment now) {
  const long long created_at = now.seconds;
  long long found = 0;
  session << "SELECT count(*) FROM users WHERE email_index = :index", soci::use(user.index),
      soci::into(found);
  if (found > 0) return conflict("an account with this e-mail exists already");
  session << "SELECT count(*) FROM withdrawn WHERE who_index = :index", soci::use(user.index),
      soci::into(found);
  if (found > 0) {
    return not_allowed("the person of this e-mail has withdrawn; they get no account again");
  }
  long long person = 0, id = 0;
  session << "INSERT INTO persons (reference_index, reference_sealed) VALUES (NULL, '') "
             "RETURNING id",
      soci::into(person);
  session << "INSERT INTO users (person, email_index, email_sealed, full_name_sealed, "
             "password_hash_sealed, password_state, role, created_at) VALUES (:person, :index, "
             ":email, :name, :hash, :state, :role, :created_at) RETURNING id",
      soci::use(person), soci::use(user.index), soci::use(user.email), soci::use(user.name),
      soci::use(user.hash), soci::use(user.password_state), soci::use(user.role),
      soci::use(created_at), soci::into(id);
  return UserId{id};
}

Result<UserId> SqliteStore::add_user(const NewUser& user, Moment now) {
  const PreparedUser prepared = TRY(prepare_user(parts_->keys, user));
  return parts_->write<UserId>(
      [&](soci::session& session) { return insert_user(session, prepared, now); });
}

Result<std::optional<User>> SqliteStore::find_user(std::string_view email) {
  const auto canonical = canonical_email(email);
  if (!canonical.ok()) return std::optional<User>();  // nobody is called so
  const KeyRing& keys = parts_->keys;
  const std::string index = keys.index(kEmailDomain, canonical.value());
  return parts_->read<std::optional<User>>([&](soci::session& session) {
    return find_user_where(session, keys, "u.email_index = :value", index);
  });
}

Result<void> SqliteStore::set_password(UserId user, std::string_view hash, PasswordState state) {
  TRY(check_hash(hash, state));
  const std::string state_text = password_state_word(state);
  const long long id = user.value;
  return parts_->writer.run([&](soci::session& session) -> Result<void> {
    std::string index;
    session << "SELECT email_index FROM users WHERE id = :id", soci::use(id), soci::into(index);
    if (!session.got_data()) return not_found(fmt::format("there is no user {}", id));
    const std::string sealed = parts_->keys.seal(hash, place_in_users("password_hash", index));
    session << "UPDATE users SET password_hash_sealed = :sealed, password_state = :state "
               "WHERE id = :id",
        soci::use(sealed), soci::use(state_text), soci::use(id);
    return {};
  });
}

Result<std::uint64_t> SqliteStore::count_users() {
  return parts_->read<std::uint64_t>([](soci::session& session) -> Result<std::uint64_t> {
    return static_cast<std::uint64_t>(number_of(session, "SELECT count(*) FROM users"));
  });
}

}  // namespace relearn
