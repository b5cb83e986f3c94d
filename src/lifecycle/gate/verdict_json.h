// A verdict as JSON, into the record of each attempt. docs/formats/verdict.md describes it.
#pragma once

#include <string>

#include "lifecycle/gate/verdict.h"

namespace relearn {

std::string verdict_json(const Verdict& verdict);

}  // namespace relearn
