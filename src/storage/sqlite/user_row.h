// An account in its table, as the ports say it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "records/person.h"
#include "service/secrets/key_ring.h"
#include "storage/sqlite/connection.h"

namespace relearn {

/// Of what an account seals under its e-mail's index.
SecretPlace place_in_users(std::string_view column, std::string_view email_index);

/// A new account as its row is to be.
struct PreparedUser {
  std::string index, email, name, hash, password_state, role;
};

/// InvalidInput for an e-mail, a name or a hash that is none.
Result<PreparedUser> prepare_user(const KeyRing& keys, const NewUser& user);
/// Conflict, NotAllowed: as PeopleStore::add_user. Throws.
Result<UserId> insert_user(soci::session& session, const PreparedUser& user, Moment now);

/// The account u for which `condition` holds, a comparison with ":value". Throws.
Result<std::optional<User>> find_user_where(soci::session& session, const KeyRing& keys,
                                            const std::string& condition, const std::string& value);

}  // namespace relearn
