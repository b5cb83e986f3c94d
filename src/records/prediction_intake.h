// Port to predictions one at a time, for whoever must not wait: many can be on their way to the
// disk without a thread of their own. Thread-safe. Implementations: storage/.
#pragma once

#include <functional>

#include "records/record_store.h"

namespace relearn {

class PredictionIntake {
 public:
  virtual ~PredictionIntake() = default;
  /// Told once, from any thread, when the prediction survives a power cut or is refused, and why.
  /// Must not wait, nor throw.
  using Stored = std::function<void(Result<Receipt>)>;
  /// Returns at once; as RecordStore::add_predictions with this one alone. The caller bounds how
  /// many are on their way.
  virtual void take(NewPrediction prediction, BatchSource batch, Stored stored) = 0;
};

}  // namespace relearn
