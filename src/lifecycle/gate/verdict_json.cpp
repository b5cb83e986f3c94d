#include "lifecycle/gate/verdict_json.h"

#include <nlohmann/json.hpp>

namespace relearn {

std::string verdict_json(const Verdict& verdict) {
  using Json = nlohmann::ordered_json;
  Json reasons = Json::array();
  for (const VerdictReason& reason : verdict.reasons) {
    reasons.push_back({{"clause", reason.clause},
                       {"allows", word_of(reason.allows)},
                       {"unknown", reason.unknown},
                       {"benefit", reason.benefit},
                       {"sentence", reason.sentence}});
  }
  Json json = {{"verdict", word_of(verdict.kind)},
               {"because", verdict.because()},
               {"superior", verdict.superior},
               {"approvals_needed", verdict.approvals_needed},
               {"champion", verdict.champion},
               {"champion_digest", verdict.champion_digest},
               {"candidate_digest", verdict.candidate_digest},
               {"plan_version", verdict.plan_version},
               {"plan_digest", verdict.plan_digest},
               {"look", verdict.look},
               {"locked_closed", verdict.locked_closed},
               {"error_spent", verdict.error_spent},
               {"error_left", verdict.error_left},
               {"reasons", reasons}};
  if (verdict.still_needed) {
    json["still_needed"] = {{"persons", verdict.still_needed->persons},
                            {"cases", verdict.still_needed->cases},
                            {"non_cases", verdict.still_needed->non_cases}};
  }
  return json.dump(2) + "\n";
}

}  // namespace relearn
