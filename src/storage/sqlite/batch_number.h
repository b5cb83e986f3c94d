// The batch that items of one call belong to; its row is made with the first item that is added, so
// that the same file twice changes nothing.
#pragma once

#include <optional>

#include "records/record_store.h"
#include "storage/sqlite/connection.h"

namespace relearn {

class BatchNumber {
 public:
  BatchNumber(soci::session& session, const BatchSource& source)
      : session_(session), source_(source) {}
  long long get();  // throws

 private:
  soci::session& session_;
  const BatchSource& source_;
  std::optional<long long> number_;
};

}  // namespace relearn
