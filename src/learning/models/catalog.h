// The list of model families, one visible line each.
#pragma once

#include <span>
#include <string_view>

#include "learning/models/learner.h"

namespace relearn {

/// In order of simplicity: of equally good families the first is preferred.
std::span<const Learner* const> learner_catalog();

/// The family of this name, or null.
const Learner* find_learner(std::string_view family);

}  // namespace relearn
