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
  Result<void> result;
  std::promise<Result<void>> told;
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

  std::future<Result<void>> enqueue(Work work, Afterwards afterwards) {
    Unit unit{std::move(work), afterwards, {}, {}};
    auto future = unit.told.get_future();
    {
      const std::lock_guard lock(mutex_);
      units_.push_back(std::move(unit));
    }
    waiting_.notify_one();
    return future;
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
        unit.told.set_value(failed && unit.result.ok() ? Result<void>(*failed)
                                                       : std::move(unit.result));
      }
    }
  }

  /// What became of the transaction; each unit that failed alone has its own result.
  std::optional<Error> commit_together(std::vector<Unit>& units) {
    try {
      run_script(*session_, "BEGIN IMMEDIATE");
      for (Unit& unit : units) unit.result = run_one(unit.work);
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

  Result<void> run_one(const Work& work) {
    run_script(*session_, "SAVEPOINT unit");
    Result<void> result;
    try {
      result = work(*session_);
    } catch (const std::exception& error) {
      // Without its transaction there is no savepoint either: what ran before is lost, too.
      if (is_disk_failure(error) || !in_transaction(*session_)) throw;
      result = storage_error(error);
    }
    if (!result.ok()) run_script(*session_, "ROLLBACK TO unit");
    run_script(*session_, "RELEASE unit");
    return result;
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
  const std::function<void(const std::string&)> on_fatal_;
  std::optional<Error> dead_;

  std::mutex mutex_;
  std::condition_variable waiting_;
  std::vector<Unit> units_;  // GUARDED_BY(mutex_); one for each thread that waits
  bool ending_ = false;      // GUARDED_BY(mutex_)

  std::thread thread_;  // last: it uses all of the above
};

Writer::Writer(Session session, std::function<void(const std::string&)> on_fatal)
    : impl_(std::make_unique<Impl>(std::move(session), std::move(on_fatal))) {}
Writer::~Writer() = default;

Result<void> Writer::run(Work work, Afterwards afterwards) {
  return impl_->enqueue(std::move(work), afterwards).get();
}

}  // namespace relearn
