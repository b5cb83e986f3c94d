// Sentences that are kept for ever, readable for everybody, must not tell who somebody is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/secrets/key_ring.h"
#include "storage/sqlite/connection.h"

namespace relearn {

/// InvalidInput when the reason holds one of the names or a word of one; or may not be stored.
Result<void> check_does_not_name(std::string_view reason, const std::vector<std::string>& names);

/// InvalidInput when the reason holds an e-mail, a reference under which somebody is stored, or the
/// whole name of an account; or may not be stored. Throws.
Result<void> check_names_nobody(soci::session& session, const KeyRing& keys,
                                std::string_view reason);

}  // namespace relearn
