// How often somebody may do something: a bucket of tokens for each key (an account, an address),
// refilled evenly. Thread-safe; memory is bounded.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace relearn {

struct Allowance {
  double burst = 10;                    // at once, when nothing was taken for a while
  std::chrono::seconds refill_all{60};  // until an empty bucket is full again
};

class RateLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::size_t kKeysMax = 100'000;

  explicit RateLimit(Allowance allowance) : allowance_(allowance) {}

  /// Takes one; when there is none left, the time until there is. Of new keys beyond kKeysMax while
  /// no old one has refilled, nobody gets any: it fails closed.
  std::optional<std::chrono::seconds> take(const std::string& key, Time now);
  /// What was taken did not count after all.
  void give_back(const std::string& key);

 private:
  struct Bucket {
    double tokens;
    Time at;
  };
  double tokens_at(const Bucket& bucket, Time now) const;
  void forget_full_ones(Time now);

  const Allowance allowance_;
  std::mutex mutex_;
  std::map<std::string, Bucket> buckets_;  // GUARDED_BY(mutex_)
};

}  // namespace relearn
