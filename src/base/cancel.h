// A request to stop, seen by everything that takes long. Thread-safe; set from a signal handler.
#pragma once

#include <atomic>

namespace relearn {

class CancelToken {
 public:
  void request() noexcept { requested_.store(true, std::memory_order_relaxed); }
  bool requested() const noexcept { return requested_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> requested_{false};
};

}  // namespace relearn
