// How an import tells what became of a file.
#pragma once

#include <vector>

#include "cli/commands.h"
#include "lifecycle/intake/intake.h"
#include "records/quarantine.h"

namespace relearn {

/// Prints the report, as far as it came, and what the tests on arrival hold back; then the error
/// that stopped it, or InvalidInput when nothing of the file was taken in. Refused lines beside
/// good ones and quarantines are no error.
Result<void> tell_import(const ImportEnd& end, const ImportRequest& request,
                         const std::vector<NewQuarantine>& held_back, const Context& context);

}  // namespace relearn
