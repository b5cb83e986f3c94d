// The one way in which another version of a disease becomes the live one, inside the transaction of
// whoever makes it so.
#pragma once

#include <string>

#include "records/version_store.h"
#include "service/secrets/key_ring.h"
#include "storage/sqlite/attempt_rows.h"
#include "storage/sqlite/connection.h"

namespace relearn {

/// An entry about an attempt, with the digest of its bundle, as the ledger is to get it.
LedgerEntry attempt_entry(std::string_view action, const Attempt& attempt, Moment now);

/// Conflict when the live version is not the one that the attempt was judged against. Throws.
Result<void> check_champion(soci::session& session, const Attempt& attempt);

/// A snapshot that a model may be learnt from: of this disease, and nobody in it has withdrawn.
/// NotFound, InvalidInput, NotReady. Nothing to say about none. Throws.
Result<void> check_snapshot(soci::session& session, const NewAttempt& attempt);

enum class Publish { ByVerdict, Forced };

struct Publisher {
  Publish how = Publish::ByVerdict;
  const Actor& by;
  std::string reason;
};

/// The attempt, which has its row, becomes the next version and live; queued jobs of its disease
/// are done, and attempts that wait are overtaken. Errors of the two above. Throws.
Result<Version> publish_attempt(soci::session& session, const KeyRing& keys, const Attempt& attempt,
                                const Publisher& publisher, Moment now);

/// The pointer, with its ledger entry, and what it means for attempts that wait. Throws.
Result<void> change_live(soci::session& session, const KeyRing& keys, const std::string& disease,
                         LedgerEntry entry, std::int64_t to);

}  // namespace relearn
