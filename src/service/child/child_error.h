// What the end of a child means to whoever waited for its work.
#pragma once

#include "base/result.h"
#include "service/child/child_process.h"

namespace relearn {

/// Of a child that did not finish. BrokenInvariant when it crashed or talked nonsense, else
/// Unavailable. Its sentence, with the last line of what it wrote on standard error where that
/// tells more; fit for a terminal.
Error child_error(const ChildEnd& end);

}  // namespace relearn
