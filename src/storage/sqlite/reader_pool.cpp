#include "storage/sqlite/reader_pool.h"

#include <soci/soci.h>

namespace relearn {
namespace {

constexpr std::size_t kIdleMax = 8;

}  // namespace

Result<void> ReaderPool::run(const std::function<Result<void>(soci::session&)>& work) {
  Session session = TRY(take());
  try {
    run_script(*session, "BEGIN");
    auto done = work(*session);
    run_script(*session, "COMMIT");
    give_back(std::move(session));
    return done;
  } catch (const std::exception& error) {
    return storage_error(error);  // and the connection is closed
  }
}

Result<Session> ReaderPool::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      Session session = std::move(idle_.back());
      idle_.pop_back();
      return session;
    }
  }
  return open_connection(database_, Access::Read);
}

void ReaderPool::give_back(Session session) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kIdleMax) idle_.push_back(std::move(session));
}

}  // namespace relearn
