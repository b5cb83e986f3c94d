// Who was found behind a session, so that not every request reads the database for it. Forgotten
// whole as soon as anything has been written that could make it untrue. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "records/person.h"

namespace relearn {

class KnownSessions {
 public:
  /// `changes`: of the store (Writer::changes), read before whatever is kept or compared.
  std::optional<User> find(const std::string& index, std::uint64_t changes, Moment now);
  void keep(const std::string& index, std::uint64_t changes, const User& user, Moment expires);

 private:
  static constexpr std::size_t kSessionsMax = 10'000;
  struct Known {
    User user;
    Moment expires;
  };
  void forget_what_is_older(std::uint64_t changes);

  std::mutex mutex_;
  std::uint64_t changes_ = 0;           // GUARDED_BY(mutex_)
  std::map<std::string, Known> known_;  // GUARDED_BY(mutex_)
};

}  // namespace relearn
