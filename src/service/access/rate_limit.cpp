#include "service/access/rate_limit.h"

#include <algorithm>
#include <cmath>

namespace relearn {

double RateLimit::tokens_at(const Bucket& bucket, Time now) const {
  const double passed = std::chrono::duration<double>(now - bucket.at).count();
  const double rate = allowance_.burst / static_cast<double>(allowance_.refill_all.count());
  return std::min(allowance_.burst, bucket.tokens + rate * std::max(0.0, passed));
}

void RateLimit::forget_full_ones(Time now) {
  std::erase_if(buckets_, [&](const auto& entry) {
    return tokens_at(entry.second, now) >= allowance_.burst;
  });
}

std::optional<std::chrono::seconds> RateLimit::take(const std::string& key, Time now) {
  if (allowance_.burst < 1) return allowance_.refill_all;
  const std::lock_guard lock(mutex_);
  auto found = buckets_.find(key);
  if (found == buckets_.end()) {
    if (buckets_.size() >= kKeysMax) forget_full_ones(now);
    if (buckets_.size() >= kKeysMax) return allowance_.refill_all;
    found = buckets_.emplace(key, Bucket{allowance_.burst, now}).first;
  }
  Bucket& bucket = found->second;
  bucket = {tokens_at(bucket, now), now};
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return std::nullopt;
  }
  const double rate = allowance_.burst / static_cast<double>(allowance_.refill_all.count());
  return std::chrono::seconds(static_cast<std::int64_t>(std::ceil((1 - bucket.tokens) / rate)));
}

void RateLimit::give_back(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = buckets_.find(key);
  if (found == buckets_.end()) return;
  found->second.tokens = std::min(allowance_.burst, found->second.tokens + 1);
}

}  // namespace relearn
