// The trainer's voice: messages as they come, and a sign of life when none has come for a while.
//
// The sign is given only when the process has computed since the last one: a trainer that waits for
// ever falls silent, and silence is what its parent ends it for.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

#include "base/progress.h"
#include "lifecycle/training/messages.h"

namespace relearn {

/// Well below the parent's patience (TrainerLimits), so that a busy machine does not look dead.
inline constexpr std::chrono::milliseconds kSignOfLifeEvery{5000};
/// Processor time that counts as computing: thousands of times what the sign itself takes.
inline constexpr std::chrono::milliseconds kComputedAtLeast{50};

/// Thread-safe.
class Speaker final : public ProgressSink {
 public:
  explicit Speaker(std::FILE* out) : out_(out) {}
  Speaker(const Speaker&) = delete;
  Speaker& operator=(const Speaker&) = delete;
  ~Speaker() override { stop_signs(); }

  void say(const TrainerMessage& message);
  void report(const ProgressEvent& event) override { say(event); }

  /// From now on, in a thread of its own.
  void give_signs(std::chrono::milliseconds every = kSignOfLifeEvery);
  void stop_signs();

 private:
  void sign(std::chrono::milliseconds every);

  std::FILE* out_;
  std::mutex mutex_;  // guards out_, ended_
  std::condition_variable wake_;
  bool ended_ = false;
  std::thread signs_;
};

}  // namespace relearn
