// The tables, as migrations that stand in this program: version n is what the first n scripts make.
#pragma once

#include <string_view>

#include "base/result.h"
#include "storage/sqlite/connection.h"

namespace relearn {

/// The version of the schema that this program writes.
int schema_version();

/// Of the first one in which attempts are kept and the ledger is signed.
inline constexpr int kSchemaOfAttempts = 3;

/// Brings the database to version `to`, each script in a transaction of its own. InvalidInput when
/// a newer program made it. Needs the writing connection.
Result<void> migrate(soci::session& session, int to = schema_version());

/// The version of an existing database, 0 when it holds no tables of ours. Throws.
int stored_schema_version(soci::session& session);

}  // namespace relearn
