// What goes when a person withdraws, in one transaction; see docs/operating/store.md.
#pragma once

#include <string>
#include <string_view>

#include "records/version_store.h"
#include "service/secrets/key_ring.h"
#include "storage/sqlite/connection.h"

namespace relearn {

/// A person as the tables hold them.
struct StoredPerson {
  long long number = 0;
  std::string who_index;  // keyed index of the e-mail or the reference
};

/// Deletes rows and account, revokes snapshots, marks attempts, queues retrains, writes the ledger.
/// Throws.
Result<Withdrawal> erase_person(soci::session& session, const KeyRing& keys,
                                const StoredPerson& person, std::string_view reason, Moment now);

}  // namespace relearn
