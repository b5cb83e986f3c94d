// The ledger in its table: entries are appended, signed, in the transaction of what they tell.
#pragma once

#include <vector>

#include "records/history.h"
#include "records/ledger.h"
#include "service/secrets/key_ring.h"
#include "storage/sqlite/connection.h"

namespace relearn {

/// Gives the entry its number, hash and signature. Throws.
void append_ledger(soci::session& session, const KeyRing& keys, LedgerEntry entry);

/// The first signed entry: those before it stay as they are, and each attempt of before is told of
/// once more, signed. For a store that was never signed. Throws.
Result<void> begin_signing(soci::session& session, const KeyRing& keys, Moment now);

/// Oldest first; also from a database of before there were signatures. Throws.
std::vector<LedgerEntry> read_ledger(soci::session& session);

/// The latest first, from before this sequence number (0: from the last). Throws.
std::vector<LedgerEntry> read_ledger_page(soci::session& session, std::int64_t before,
                                          std::size_t count_max);

/// Everything that the ledger must agree with. BrokenInvariant naming a row that says what no row
/// may. Throws.
Result<History> read_history(soci::session& session);

/// All of it, by the key that the ledger itself names: for whoever has no key file. Throws.
Result<void> verify_without_keys(soci::session& session);

}  // namespace relearn
