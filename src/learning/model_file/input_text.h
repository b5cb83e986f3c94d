// What a model file says in JSON: its inputs in order with their typical values ("relearn.inputs"),
// and the family and kind of each member ("relearn.members").
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "learning/models/risk_model.h"

namespace relearn {

/// [{"id":"chest_pain","kind":"category","codes":[1,2,3,4],"missing":"reject","reference":4.0}, ..]
std::string inputs_text(const RiskModel& model);
Result<void> read_inputs(std::string_view text, RiskModel& model);

/// [{"family":"random_forest","kind":"tree_average"}, ..]
std::string members_text(const RiskModel& model);
/// Members with an empty model of their kind.
Result<void> read_members(std::string_view text, RiskModel& model);

}  // namespace relearn
