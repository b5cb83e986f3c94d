// Whether what a store keeps about models is what its ledger tells: row by row, both ways. An entry
// without its row, a row without its entry and a row that says something else are found and named;
// so is a ledger whose last entries were deleted, as far as a row still shows them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "records/version_store.h"

namespace relearn {

/// What is stored, of all diseases.
struct History {
  struct Given {
    std::string disease;
    std::int64_t attempt = 0, place = 0;
    Approval what;
  };
  struct Published {
    std::string disease;
    std::int64_t number = 0, attempt = 0;
    Moment at;
    std::int64_t forced = 0;
  };
  struct Changed {
    std::string disease;
    std::int64_t place = 0;
    LiveChange what;
  };
  std::vector<LedgerEntry> entries;  // oldest first
  std::vector<Attempt> attempts;
  std::vector<Given> approvals;
  std::vector<Published> versions;
  std::vector<Changed> live_changes;
  std::map<std::string, std::string> others;  // "withdrawal/1", "heart/quarantine/2", a snapshot
                                              // that was revoked -> moment, state, ""
};

/// BrokenInvariant naming the row or the entry. The entries themselves are checked elsewhere
/// (check_entries).
Result<void> check_history(const History& history);

}  // namespace relearn
