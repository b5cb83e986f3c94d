// Progress for whoever watches: a bar with the time left on a terminal, JSON lines for a machine,
// nothing otherwise.
#pragma once

#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>

#include "base/progress.h"
#include "cli/invocation.h"

namespace relearn {

using SteadyClock = std::function<std::chrono::steady_clock::time_point()>;

/// Plain: a bar on `stream` when it is a terminal. Json: one line an event, always.
/// The bar is wiped when the sink is destroyed.
std::unique_ptr<ProgressSink> make_progress(std::FILE* stream, OutputFormat format,
                                            SteadyClock clock);

/// "1:05", "12 s": a duration as a person says it.
std::string duration_text(std::chrono::seconds duration);

}  // namespace relearn
