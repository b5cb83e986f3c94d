// Port to what would become of outcomes: each is checked as if it were stored, in order, and
// nothing is. Thread-safe. Implementations: storage/.
#pragma once

#include <span>
#include <vector>

#include "records/record_store.h"

namespace relearn {

class RehearsalStore {
 public:
  virtual ~RehearsalStore() = default;
  /// The receipts that RecordStore::add_outcomes would give.
  virtual Result<std::vector<Receipt>> rehearse_outcomes(std::span<const NewOutcomeEvent> events,
                                                         const BatchSource& batch) = 0;
};

}  // namespace relearn
