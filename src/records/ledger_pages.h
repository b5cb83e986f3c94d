// Port to the ledger a page at a time, for whoever looks at it: it only ever grows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "records/version_store.h"

namespace relearn {

class LedgerPages {
 public:
  virtual ~LedgerPages() = default;
  /// At most `count_max` entries before this sequence number (0: from the last one), the latest
  /// first.
  virtual Result<std::vector<LedgerEntry>> ledger_page(std::int64_t before,
                                                       std::size_t count_max) = 0;
};

}  // namespace relearn
