// Passwords: argon2id (libsodium, 64 MiB, 3 passes) for what we store; bcrypt of the Python
// platform is still understood, so that nobody is locked out. Text that is no hash is never
// compared with anything.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace relearn {

/// InvalidInput below 12 or above 1,024 bytes. Slow on purpose (about 0.13 s, 64 MiB).
Result<std::string> hash_password(std::string_view password);

enum class PasswordCheck { Wrong, Right, RightButRehash };

/// Wrong also for a stored text that is neither argon2id nor bcrypt. Constant time but for the
/// hash.
PasswordCheck check_password(std::string_view password, std::string_view stored);

/// "$2a$", "$2b$" or "$2y$" with a cost of 4 to 31 and 53 characters behind it.
bool is_bcrypt(std::string_view stored);

}  // namespace relearn
