// Port to when each disease is retrained by itself, and what that depends on. Each call is one
// durable transaction, as in record_store.h. Implementations: storage/.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "records/retrain_policy.h"

namespace relearn {

class PolicyStore {
 public:
  virtual ~PolicyStore() = default;
  /// Of a disease that nobody has set one for: never by itself.
  virtual Result<RetrainPolicy> policy(std::string_view disease) = 0;
  /// With its ledger entry, which says what it is now. InvalidInput of check_policy().
  virtual Result<void> set_policy(std::string_view disease, const RetrainPolicy& policy,
                                  const Actor& by, std::string_view reason, Moment now) = 0;
  virtual Result<RetrainSituation> situation(std::string_view disease) = 0;
};

}  // namespace relearn
