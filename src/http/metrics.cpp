#include "http/metrics.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace relearn {
namespace {

using Text = std::back_insert_iterator<std::string>;

void head(Text out, std::string_view name, std::string_view kind, std::string_view help) {
  fmt::format_to(out, "# HELP {0} {2}\n# TYPE {0} {1}\n", name, kind, help);
}

void gauge(Text out, std::string_view name, std::string_view help, std::uint64_t value) {
  head(out, name, "gauge", help);
  fmt::format_to(out, "{} {}\n", name, value);
}

}  // namespace

void Metrics::add_request(std::string_view route, int status, double seconds) {
  const std::lock_guard lock(mutex_);
  ++requests_[{std::string(route), status / 100}];
  Latency& latency = latencies_[std::string(route)];
  for (std::size_t i = 0; i < kBounds.size(); ++i) latency.within[i] += seconds <= kBounds[i];
  ++latency.count;
  latency.sum += seconds;
}

void Metrics::add_prediction(std::string_view disease, std::int64_t version) {
  const std::lock_guard lock(mutex_);
  ++predictions_[{std::string(disease), version}];
}

void Metrics::set_load(const ServerLoad& load) {
  const std::lock_guard lock(mutex_);
  load_ = load;
}

void Metrics::set_live(std::string_view disease, std::int64_t version) {
  const std::lock_guard lock(mutex_);
  live_[std::string(disease)] = version;
}

void Metrics::set_alarms(std::string_view disease,
                         const std::map<std::string, std::uint64_t>& by_tier) {
  const std::lock_guard lock(mutex_);
  alarms_[std::string(disease)] = by_tier;
}

std::string Metrics::text(std::uint64_t resident_bytes) const {
  const std::lock_guard lock(mutex_);
  std::string text;
  const Text out(text);
  head(out, "relearn_requests_total", "counter", "Requests by route and class of status.");
  for (const auto& [key, count] : requests_) {
    fmt::format_to(out, "relearn_requests_total{{route=\"{}\",status=\"{}xx\"}} {}\n", key.first,
                   key.second, count);
  }
  head(out, "relearn_request_seconds", "histogram", "Time from the header to the answer.");
  for (const auto& [route, latency] : latencies_) {
    for (std::size_t i = 0; i < kBounds.size(); ++i) {
      fmt::format_to(out, "relearn_request_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n", route,
                     kBounds[i], latency.within[i]);
    }
    fmt::format_to(out,
                   "relearn_request_seconds_bucket{{route=\"{0}\",le=\"+Inf\"}} {1}\n"
                   "relearn_request_seconds_sum{{route=\"{0}\"}} {2}\n"
                   "relearn_request_seconds_count{{route=\"{0}\"}} {1}\n",
                   route, latency.count, latency.sum);
  }
  head(out, "relearn_predictions_total", "counter", "Predictions by disease and version.");
  for (const auto& [key, count] : predictions_) {
    fmt::format_to(out, "relearn_predictions_total{{disease=\"{}\",version=\"{}\"}} {}\n",
                   key.first, key.second, count);
  }
  head(out, "relearn_live_version", "gauge", "Version that answers, by disease.");
  for (const auto& [disease, version] : live_) {
    fmt::format_to(out, "relearn_live_version{{disease=\"{}\"}} {}\n", disease, version);
  }
  head(out, "relearn_open_alarms", "gauge", "Alarms of the watch that are open, by disease.");
  for (const auto& [disease, by_tier] : alarms_) {
    for (const auto& [tier, count] : by_tier) {
      fmt::format_to(out, "relearn_open_alarms{{disease=\"{}\",tier=\"{}\"}} {}\n", disease, tier,
                     count);
    }
  }
  gauge(out, "relearn_connections", "Connections that are open.", load_.connections);
  gauge(out, "relearn_store_waiting", "Requests that wait for the database.", load_.store_waiting);
  gauge(out, "relearn_passwords_waiting", "Requests that wait for a password's hash.",
        load_.passwords_waiting);
  gauge(out, "relearn_uploads", "Files that are coming.", load_.uploads);
  gauge(out, "process_resident_memory_bytes", "Memory of this process.", resident_bytes);
  return text;
}

std::uint64_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::uint64_t all = 0, resident = 0;
  if (!(in >> all >> resident)) return 0;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace relearn
