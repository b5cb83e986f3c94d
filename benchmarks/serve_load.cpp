// How much of the server's limit a stored prediction reaches: requests of so many connections to a
// running server, once to a route that does nothing (/healthz), once to predictions that are on the
// disk before they are answered. Rounds alternate, so that a busy machine is busy for both.
//
//   relearn serve --listen 127.0.0.1:8080 --guest-predictions 100000000 > serve.log &
//   serve_load 8080 64
//
// Checked: every answer is 200, every prediction has an id of its own.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "support/http_client.h"

namespace relearn {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRounds = 3;
constexpr auto kRoundTime = std::chrono::seconds(4);
constexpr const char* kHealth = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";

std::string predict_request() {
  const std::string body = R"({"age_years":61,"sex":"male","chest_pain_type":"asymptomatic",)"
                           R"("resting_systolic_bp_mmhg":148,"total_cholesterol_mg_per_dl":233,)"
                           R"("maximum_heart_rate_per_min":131,"exercise_angina":"yes"})";
  return fmt::format(
      "POST /api/predict/heart HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
      "Content-Length: {}\r\n\r\n{}",
      body.size(), body);
}

struct Measured {
  std::vector<double> milliseconds;
  std::set<std::string> ids;
  std::size_t failed = 0;
  double seconds = 0;

  double rate() const { return static_cast<double>(milliseconds.size()) / seconds; }
  double quantile(double share) {
    if (milliseconds.empty()) return 0;
    std::ranges::sort(milliseconds);
    return milliseconds[static_cast<std::size_t>(share *
                                                 static_cast<double>(milliseconds.size() - 1))];
  }
};

std::string id_in(const std::string& body) {
  const auto at = body.find("\"p-");
  return at == std::string::npos ? "" : body.substr(at, 30);
}

void measure(std::uint16_t port, int connections, const std::string& request, Measured& measured) {
  std::mutex mutex;
  std::vector<std::thread> threads;
  const auto from = Clock::now();
  for (int i = 0; i < connections; ++i) {
    threads.emplace_back([&] {
      HttpClient client(port);
      Measured mine;
      while (Clock::now() < from + kRoundTime) {
        const auto sent = Clock::now();
        client.send(request);
        const HttpAnswer answer = client.receive();
        if (answer.status != 200) ++mine.failed;
        if (answer.status == 0) break;
        mine.milliseconds.push_back(
            std::chrono::duration<double, std::milli>(Clock::now() - sent).count());
        if (const std::string id = id_in(answer.body); !id.empty()) mine.ids.insert(id);
      }
      const std::lock_guard lock(mutex);
      measured.failed += mine.failed;
      measured.ids.merge(mine.ids);
      measured.milliseconds.insert(measured.milliseconds.end(), mine.milliseconds.begin(),
                                   mine.milliseconds.end());
    });
  }
  for (std::thread& thread : threads) thread.join();
  measured.seconds += std::chrono::duration<double>(Clock::now() - from).count();
}

int run(std::uint16_t port, int connections) {
  Measured health, predictions;
  for (int round = 0; round < kRounds; ++round) {
    measure(port, connections, kHealth, health);
    measure(port, connections, predict_request(), predictions);
  }
  for (auto [name, measured] : {std::pair{"healthz", &health}, {"predict", &predictions}}) {
    fmt::print("{}  {:7.0f} requests/s  p50 {:6.2f} ms  p99 {:6.2f} ms  failed {}\n", name,
               measured->rate(), measured->quantile(0.5), measured->quantile(0.99),
               measured->failed);
  }
  fmt::print("a stored prediction reaches {:.0f} % of the rate of a route that does nothing\n",
             100 * predictions.rate() / health.rate());
  const bool each_has_an_id = predictions.ids.size() == predictions.milliseconds.size();
  if (health.failed + predictions.failed == 0 && each_has_an_id) return 0;
  fmt::print("FAILED: answers that were not 200, or {} ids for {} predictions\n",
             predictions.ids.size(), predictions.milliseconds.size());
  return 1;
}

}  // namespace
}  // namespace relearn

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "serve_load PORT CONNECTIONS\n");
    return 2;
  }
  return relearn::run(static_cast<std::uint16_t>(std::atoi(argv[1])), std::atoi(argv[2]));
}
