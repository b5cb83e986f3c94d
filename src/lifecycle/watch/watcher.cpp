#include "lifecycle/watch/watcher.h"

#include "lifecycle/watch/disease_watch.h"

namespace relearn {

Watch::Watch(const WatchWorld& world) : world_(world) {
  for (const DiseaseFile& disease : world_.diseases) {
    diseases_.push_back(std::make_unique<DiseaseWatch>(world_, disease));
  }
}

Watch::~Watch() = default;

void Watch::look(const CancelToken& cancel) {
  for (std::size_t i = 0; i < diseases_.size() && !cancel.requested(); ++i) {
    const auto done = diseases_[i]->look(cancel);
    if (done.ok()) continue;
    world_.tell("watch_failed", world_.diseases[i].id, done.error().message);
    // What it remembers may be half of something: it reads it again.
    diseases_[i] = std::make_unique<DiseaseWatch>(world_, world_.diseases[i]);
  }
}

Watcher::Watcher(WatchWorld world) : world_(std::move(world)), worker_([this] { work(); }) {}

Watcher::~Watcher() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    cancel_.request();
  }
  wake_.notify_all();
  worker_.join();
}

void Watcher::tick() {
  {
    const std::lock_guard lock(mutex_);
    if (++ticks_ % kTicksALook != 0) return;
    look_ = true;
  }
  wake_.notify_all();
}

void Watcher::work() {
  Watch watch(world_);
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return ending_ || look_; });
    if (ending_) return;
    look_ = false;
    lock.unlock();
    watch.look(cancel_);
    lock.lock();
  }
}

}  // namespace relearn
