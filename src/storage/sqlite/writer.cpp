#include "storage/sqlite/writer.h"

#include <soci/soci.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace relearn {
namespace {

struct Unit {
  Writer::Work work;
  Writer::Afterwards afterwards;
  Writer::Done done;
  Result<void> result;
};

}  // namespace

class Writer::Impl {
 public:
  Impl(Session session, std::function<void(const std::string&)> on_fatal)
      : session_(std::move(session)), on_fatal_(std::move(on_fatal)), thread_([this] { loop(); }) {}

  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    waiting_.notify_one();
    thread_.join();
  }

  void enqueue(Work work, Afterwards afterwards, Done done) {
    {
      const std::lock_guard lock(mutex_);
      units_.push_back({std::move(work), afterwards, std::move(done), {}});
    }
    waiting_.notify_one();
  }

 private:
  void loop() {
    while (true) {
      std::vector<Unit> units;
      {
        std::unique_lock lock(mutex_);
        waiting_.wait(lock, [this] { return ending_ || !units_.empty(); });
        if (units_.empty()) return;
        units.swap(units_);
      }
      const std::optional<Error> failed = dead_ ? dead_ : commit_together(units);
      for (Unit& unit : units) {
        unit.done(failed && unit.result.ok() ? Result<void>(*failed) : std::move(unit.result));
      }
    }
  }

  /// What became of the transaction; each unit that failed alone has its own result.
  std::optional<Error> commit_together(std::vector<Unit>& units) {
    try {
      run_script(*session_, "BEGIN IMMEDIATE");
      if (units.size() == 1) {
        run_one(units.front());
      } else {
        for (Unit& unit : units) run_in_savepoint(unit);
      }
      if (units.size() == 1 && !units.front().result.ok()) {
        roll_back();
        return std::nullopt;
      }
      run_script(*session_, "COMMIT");
      const bool empty_journal = std::ranges::any_of(
          units, [](const Unit& unit) { return unit.afterwards == Afterwards::EmptyJournal; });
      if (empty_journal) run_script(*session_, "PRAGMA wal_checkpoint(TRUNCATE)");
      return std::nullopt;
    } catch (const std::exception& error) {
      Error failed = storage_error(error);
      if (is_disk_failure(error)) {
        dead_ = failed;
        on_fatal_(failed.message);
        return failed;
      }
      roll_back();
      return failed;
    }
  }

  void run_in_savepoint(Unit& unit) {
    savepoint_.execute(true);
    run_one(unit);
    if (!unit.result.ok()) rollback_.execute(true);
    release_.execute(true);
  }

  void run_one(Unit& unit) {
    try {
      unit.result = unit.work(*session_);
    } catch (const std::exception& error) {
      // Without its transaction there is no savepoint either: what ran before is lost, too.
      if (is_disk_failure(error) || !in_transaction(*session_)) throw;
      unit.result = storage_error(error);
    }
  }

  void roll_back() {
    try {
      if (in_transaction(*session_)) run_script(*session_, "ROLLBACK");
    } catch (const std::exception& error) {
      dead_ = storage_error(error);
      on_fatal_(dead_->message);
    }
  }

  // Of the thread alone.
  const Session session_;
  soci::statement savepoint_ = (session_->prepare << "SAVEPOINT unit");
  soci::statement rollback_ = (session_->prepare << "ROLLBACK TO unit");
  soci::statement release_ = (session_->prepare << "RELEASE unit");
  const std::function<void(const std::string&)> on_fatal_;
  std::optional<Error> dead_;

  std::mutex mutex_;
  std::condition_variable waiting_;
  std::vector<Unit> units_;  // GUARDED_BY(mutex_); one for each that waits
  bool ending_ = false;      // GUARDED_BY(mutex_)

  std::thread thread_;  // last: it uses all of the above
};

Writer::Writer(Session session, std::function<void(const std::string&)> on_fatal)
    : impl_(std::make_unique<Impl>(std::move(session), std::move(on_fatal))) {}
Writer::~Writer() = default;

Result<void> Writer::run(Work work, Afterwards afterwards) {
  const auto told = std::make_shared<std::promise<Result<void>>>();  // outlives whoever waits
  start(
      std::move(work), [told](Result<void> result) { told->set_value(std::move(result)); },
      afterwards);
  return told->get_future().get();
}

void Writer::start(Work work, Done done, Afterwards afterwards) {
  impl_->enqueue(std::move(work), afterwards, std::move(done));
}

}  // namespace relearn
