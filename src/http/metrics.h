// What the server tells of itself to whoever watches it: how many requests, how fast, how full. No
// health value and nobody's name: routes are patterns, diseases are ids. Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace relearn {

/// How full it is now.
struct ServerLoad {
  std::size_t connections = 0, store_waiting = 0, passwords_waiting = 0, uploads = 0;
};

class Metrics {
 public:
  /// Upper bounds, seconds: from a form to the import of a large file.
  static constexpr std::array<double, 10> kBounds = {0.001, 0.005, 0.01, 0.05, 0.1,
                                                     0.5,   1,     5,    30,   300};

  void add_request(std::string_view route, int status, double seconds);
  void add_prediction(std::string_view disease, std::int64_t version);
  void set_load(const ServerLoad& load);
  void set_live(std::string_view disease, std::int64_t version);
  /// By tier, "warn": how many are open. Others of the disease are none.
  void set_alarms(std::string_view disease, const std::map<std::string, std::uint64_t>& by_tier);

  /// In the text format of Prometheus, version 0.0.4; counted since the process began.
  std::string text(std::uint64_t resident_bytes) const;

 private:
  struct Latency {
    std::array<std::uint64_t, kBounds.size()> within{};
    std::uint64_t count = 0;
    double sum = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;  // route, first digit of status
  std::map<std::string, Latency> latencies_;                       // by route
  std::map<std::pair<std::string, std::int64_t>, std::uint64_t> predictions_;
  std::map<std::string, std::int64_t> live_;
  std::map<std::string, std::map<std::string, std::uint64_t>> alarms_;
  ServerLoad load_;
};

/// Of this process, from /proc/self/statm; 0 when it cannot be read.
std::uint64_t resident_bytes();

}  // namespace relearn
