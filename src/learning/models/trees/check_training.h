// What every tree family asks of its training rows.
#pragma once

#include <string_view>

#include "base/result.h"
#include "learning/models/features.h"

namespace relearn {

/// NotReady, with the family's name, when the rows hold one class only or none.
Result<void> check_training(std::string_view family, const TrainingSet& training);

}  // namespace relearn
