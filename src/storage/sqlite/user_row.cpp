#include "storage/sqlite/user_row.h"

#include <soci/soci.h>

namespace relearn {
namespace {

PasswordState parse_password_state(std::string_view word) {
  if (word == "current") return PasswordState::Current;
  if (word == "legacy") return PasswordState::Legacy;
  return PasswordState::MustReset;
}

}  // namespace

SecretPlace place_in_users(std::string_view column, std::string_view email_index) {
  return {"users", column, email_index};
}

Result<std::optional<User>> find_user_where(soci::session& session, const KeyRing& keys,
                                            const std::string& condition,
                                            const std::string& value) {
  using Found = std::optional<User>;
  long long id = 0, person = 0, disabled = 0;
  std::string index, email, name, hash, state, role;
  session << "SELECT u.id, u.person, u.email_index, u.email_sealed, u.full_name_sealed, "
             "u.password_hash_sealed, u.password_state, u.role, u.disabled FROM users u WHERE " +
                 condition,
      soci::use(value), soci::into(id), soci::into(person), soci::into(index), soci::into(email),
      soci::into(name), soci::into(hash), soci::into(state), soci::into(role), soci::into(disabled);
  if (!session.got_data()) return Found();
  User user;
  user.id = {id};
  user.person = {person};
  user.email = TRY(keys.open(email, place_in_users("email", index)));
  user.full_name = TRY(keys.open(name, place_in_users("full_name", index)));
  user.password_hash = TRY(keys.open(hash, place_in_users("password_hash", index)));
  user.password = parse_password_state(state);
  user.role = *parse_role(role);  // the table's check knows the same words
  user.disabled = disabled != 0;
  return Found(std::move(user));
}

}  // namespace relearn
