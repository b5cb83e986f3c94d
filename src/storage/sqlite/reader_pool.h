// Connections that cannot write, one for each read that is going on; a few are kept for the next.
#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <vector>

#include "base/result.h"
#include "storage/sqlite/connection.h"

namespace relearn {

class ReaderPool {
 public:
  explicit ReaderPool(std::filesystem::path database) : database_(std::move(database)) {}

  /// In one read transaction: everything in it is of one moment. What SOCI throws becomes an error.
  Result<void> run(const std::function<Result<void>(soci::session&)>& work);

 private:
  Result<Session> take();
  void give_back(Session session);

  const std::filesystem::path database_;
  std::mutex mutex_;
  std::vector<Session> idle_;  // GUARDED_BY(mutex_)
};

}  // namespace relearn
