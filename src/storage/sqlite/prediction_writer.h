// Adds predictions, and the persons they are about. Belongs to the thread that writes; its
// statements are prepared once.
#pragma once

#include <memory>

#include "records/record_store.h"
#include "service/secrets/key_ring.h"
#include "service/secrets/random_bytes.h"
#include "storage/sqlite/batch_number.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/waiting_list.h"

namespace relearn {

/// Where references of persons are looked up; also in `withdrawn`.
inline constexpr std::string_view kReferenceDomain = "reference";
inline constexpr std::string_view kEmailDomain = "email";
inline constexpr std::string_view kPredictionKeyDomain = "import key of a prediction";

class PredictionWriter {
 public:
  PredictionWriter(soci::session& session, const KeyRing& keys, const RandomBytes& random,
                   WaitingList& waiting);
  ~PredictionWriter();

  Receipt add(const NewPrediction& prediction, BatchNumber& batch);  // throws

 private:
  struct Statements;
  const KeyRing& keys_;
  const RandomBytes& random_;
  WaitingList& waiting_;
  std::unique_ptr<Statements> statements_;
};

}  // namespace relearn
