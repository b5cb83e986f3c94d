// The ledger: what happened to models and to people's data, in order, each entry sealed by a hash
// over itself and the one before. Whoever edits one has to edit all that follow.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "records/version_store.h"
#include "storage/sqlite/connection.h"

namespace relearn {

/// SHA-256 over sequence, moment, action, subject, reason and previous hash, each with its length.
std::string ledger_hash(const LedgerEntry& entry);

/// The sequence has no gap and every hash is right. BrokenInvariant naming the first that is not.
Result<void> verify_ledger(std::span<const LedgerEntry> entries);

/// In the transaction of what it tells. Throws.
void append_ledger(soci::session& session, Moment at, std::string_view action,
                   std::string_view subject, std::string_view reason);

/// Oldest first. Throws.
std::vector<LedgerEntry> read_ledger(soci::session& session);

}  // namespace relearn
