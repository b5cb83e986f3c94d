#include "lifecycle/training/speaker.h"

#include <fmt/format.h>

#include <ctime>

namespace relearn {
namespace {

std::chrono::nanoseconds computed() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

}  // namespace

void Speaker::say(const TrainerMessage& message) {
  const std::string line = message_line(message) + "\n";
  const std::lock_guard lock(mutex_);
  std::fwrite(line.data(), 1, line.size(), out_);
  std::fflush(out_);  // a parent that is gone is no reason to fail: the kernel ends us
}

void Speaker::give_signs(std::chrono::milliseconds every) {
  signs_ = std::thread([this, every] { sign(every); });
}

void Speaker::stop_signs() {
  if (!signs_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
  signs_.join();
}

void Speaker::sign(std::chrono::milliseconds every) {
  auto before = computed();
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, every, [this] { return ended_; })) {
    const auto now = computed();
    if (now - before < kComputedAtLeast) continue;
    before = now;
    lock.unlock();
    say(AliveMessage{});
    lock.lock();
  }
}

}  // namespace relearn
