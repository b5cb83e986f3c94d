// The batch that items of one call belong to; its row is made with the first item that is added, so
// that the same file twice changes nothing.
#pragma once

#include <memory>
#include <optional>

#include "records/record_store.h"
#include "storage/sqlite/connection.h"

namespace relearn {

/// Of the thread that writes; its statements are prepared once.
class BatchWriter {
 public:
  explicit BatchWriter(soci::session& session);
  ~BatchWriter();
  long long number_of(const BatchSource& source);  // found or made; throws

 private:
  struct Statements;
  std::unique_ptr<Statements> statements_;
};

/// Of one call.
class BatchNumber {
 public:
  BatchNumber(BatchWriter& writer, const BatchSource& source) : writer_(writer), source_(source) {}
  long long get() {  // throws
    if (!number_) number_ = writer_.number_of(source_);
    return *number_;
  }

 private:
  BatchWriter& writer_;
  const BatchSource& source_;
  std::optional<long long> number_;
};

}  // namespace relearn
