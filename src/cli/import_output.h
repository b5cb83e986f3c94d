// How an import tells what became of a file.
#pragma once

#include "cli/commands.h"
#include "lifecycle/intake/intake.h"

namespace relearn {

/// Prints the report, as far as it came; then the error that stopped it, or InvalidInput when
/// nothing of the file was taken in. Refused lines beside good ones are no error.
Result<void> tell_import(const ImportEnd& end, const ImportRequest& request,
                         const Context& context);

}  // namespace relearn
