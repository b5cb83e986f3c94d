// Many independent pieces of work at once, one thread each.
#pragma once

#include <cstddef>
#include <functional>

#include "base/cancel.h"
#include "base/result.h"

namespace relearn {

/// Runs work(0) .. work(count-1) on `threads` threads (0: one per core). Work must write only to
/// its own index, so that the result does not depend on the number of threads. Starts no new piece
/// after an error or a cancel; returns the error of the smallest index, or Cancelled.
Result<void> parallel_for(std::size_t count, unsigned threads, const CancelToken& cancel,
                          const std::function<Result<void>(std::size_t)>& work);

}  // namespace relearn
