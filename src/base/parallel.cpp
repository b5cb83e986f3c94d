#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace relearn {

Result<void> parallel_for(std::size_t count, unsigned threads, const CancelToken& cancel,
                          const std::function<Result<void>(std::size_t)>& work) {
  if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  threads = static_cast<unsigned>(std::min<std::size_t>(threads, std::max<std::size_t>(count, 1)));

  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;
  std::size_t failed_index = count;
  std::optional<Error> error;

  auto run = [&] {
    while (!failed.load(std::memory_order_relaxed) && !cancel.requested()) {
      const std::size_t index = next.fetch_add(1);
      if (index >= count) return;
      if (auto done = work(index); !done.ok()) {
        failed = true;
        const std::lock_guard lock(mutex);
        if (index < failed_index) {
          failed_index = index;
          error = done.take_error();
        }
      }
    }
  };
  std::vector<std::jthread> helpers;
  for (unsigned i = 1; i < threads; ++i) helpers.emplace_back(run);
  run();
  helpers.clear();
  if (cancel.requested()) return cancelled();
  if (error) return *std::move(error);
  return {};
}

}  // namespace relearn
