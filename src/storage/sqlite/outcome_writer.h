// Adds outcome events, each checked against the state of its prediction in the transaction that
// adds it. Belongs to the thread that writes; its statements are prepared once.
#pragma once

#include <memory>

#include "records/record_store.h"
#include "service/secrets/key_ring.h"
#include "storage/sqlite/batch_number.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/waiting_list.h"

namespace relearn {

class OutcomeWriter {
 public:
  OutcomeWriter(soci::session& session, const KeyRing& keys, WaitingList& waiting);
  ~OutcomeWriter();

  Result<Receipt> add(const NewOutcomeEvent& event, BatchNumber& batch);  // throws

 private:
  struct Statements;
  Result<std::optional<CurrentOutcome>> current();
  void add_row(const NewOutcomeEvent& event, long long place, long long batch);

  const KeyRing& keys_;
  WaitingList& waiting_;
  std::unique_ptr<Statements> statements_;
};

}  // namespace relearn
