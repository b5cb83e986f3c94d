// Looks after the live models: once a minute it reads what is new, judges it (people_window.h,
// outcome_figures.h, confirmation.h), says what people should know (records/alarm.h), and returns
// to the version before when version_return.h says so, by the way of every rollback.
//
// It reads beside everybody else, in pieces of bounded size, and writes a few rows a look: however
// many predictions there are, a look takes as long as what is new takes. What it has judged is in
// the store; a window that is still filling is read again after a start.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/cancel.h"
#include "base/clock.h"
#include "clinical/disease_file.h"
#include "lifecycle/registry/kept_files.h"
#include "records/watch_store.h"

namespace relearn {

/// Seconds between two looks.
inline constexpr int kTicksALook = 60;
/// Predictions of one read, and reads of one look at one disease; the rest is for the next.
inline constexpr std::size_t kPredictionsARead = 10'000;
inline constexpr int kReadsALook = 5;
/// Confirmed outcomes of a version that are judged: its first ones.
inline constexpr std::size_t kOutcomesMax = 200'000;

struct WatchWorld {
  std::shared_ptr<WatchStore> store;
  Registry registry;
  std::vector<DiseaseFile> diseases;
  std::filesystem::path models;   // folder in which the live versions are placed
  std::filesystem::path program;  // replays a version before it comes back
  WallClock clock;
  /// Loads what has gone live.
  std::function<void()> take_over;
  /// For the log: an alarm was opened, a version came back, a look failed. Nobody's name or value.
  std::function<void(const std::string& event, const std::string& disease,
                     const std::string& sentence)>
      tell;
};

class DiseaseWatch;

/// For one thread at a time.
class Watch {
 public:
  explicit Watch(const WatchWorld& world);  // must outlive it
  ~Watch();
  /// At every disease. What fails for one is told, and tried again at the next look.
  void look(const CancelToken& cancel);

 private:
  const WatchWorld& world_;
  std::vector<std::unique_ptr<DiseaseWatch>> diseases_;
};

/// A watch in a thread of its own, which looks at once and then once a minute.
class Watcher {
 public:
  explicit Watcher(WatchWorld world);
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  /// Each second; does not wait.
  void tick();

 private:
  void work();

  const WatchWorld world_;
  CancelToken cancel_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  int ticks_ = 0;
  bool ending_ = false, look_ = true;
  std::thread worker_;
};

}  // namespace relearn
