// Port to the accounts as an admin keeps them. Each change is one durable transaction with its
// entry in the ledger, which names accounts by their numbers: who may decide about models is part
// of their story. Thread-safe. Implementations: storage/.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "records/attempt.h"
#include "records/person.h"

namespace relearn {

struct Account {
  User user;  // without its password's hash
  Moment created_at;
};

enum class AccountState { Enabled, Disabled };

class AccountStore {
 public:
  virtual ~AccountStore() = default;
  /// The latest first; those made before `before`, from the latest when there is none.
  virtual Result<std::vector<Account>> accounts(std::optional<UserId> before,
                                                std::size_t count_max) = 0;
  virtual Result<std::optional<Account>> find_account(std::string_view email) = 0;
  /// Errors as PeopleStore::add_user.
  virtual Result<Account> add_account(const NewUser& user, const Actor& by, Moment now) = 0;
  /// Another role counts at the next request. NotFound; Conflict: no enabled admin would be left.
  virtual Result<Account> set_role(UserId user, Role role, const Actor& by, Moment now) = 0;
  /// A disabled account has no sessions and gets none. Errors as above.
  virtual Result<Account> set_state(UserId user, AccountState state, const Actor& by,
                                    Moment now) = 0;
};

}  // namespace relearn
