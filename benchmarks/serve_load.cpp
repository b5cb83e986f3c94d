// How much of the server's limit a stored prediction reaches: requests of so many connections to a
// running server, once to a route that does nothing, once to predictions that are on the disk
// before they are answered. Rounds alternate, so that a busy machine is busy for both.
//
//   relearn serve --listen 127.0.0.1:8080 --guest-predictions 100000000 > serve.log &
//   benchmark_serve_load 8080 64 [--pid PID] [--token TOKEN] [--rounds 3] [--seconds 4]
//                        [--empty /healthz] [--path /api/predict/heart] [--body JSON] [--id NAME]
//
// Checked: every answer is 200, every prediction has an id (the member NAME) of its own.
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <set>
#include <span>

#include "support/http_load.h"

namespace relearn {
namespace {

using Options = std::map<std::string, std::string, std::less<>>;

const Options kDefaults = {
    {"--pid", ""},
    {"--token", ""},
    {"--rounds", "3"},
    {"--seconds", "4"},
    {"--empty", "/healthz"},
    {"--path", "/api/predict/heart"},
    {"--id", "prediction_id"},
    {"--body", R"({"age_years":61,"sex":"male","chest_pain_type":"asymptomatic",)"
               R"("resting_systolic_bp_mmhg":148,"total_cholesterol_mg_per_dl":233,)"
               R"("maximum_heart_rate_per_min":131,"exercise_angina":"yes"})"}};

/// Of a process, in user and system mode, since it began; 0 when nobody asks for it.
double cpu_seconds(const std::string& pid) {
  std::ifstream in(fmt::format("/proc/{}/stat", pid));
  std::string all;
  if (pid.empty() || !std::getline(in, all)) return 0;
  const auto fields = split(std::string_view(all).substr(all.rfind(')') + 2), ' ');
  return (parse_number(fields[11]).value_or(0) + parse_number(fields[12]).value_or(0)) /
         static_cast<double>(::sysconf(_SC_CLK_TCK));
}

struct Measured {
  LoadFigures load;
  double cpu = 0;
};

void print(const char* name, Measured& m) {
  const auto answers = static_cast<double>(m.load.milliseconds.size());
  fmt::print(
      "{:<8} {:8.1f} requests/s  p50 {:8.2f} ms  p99 {:8.2f} ms  {:6.1f} us of CPU each  not 2xx "
      "{}  cut off {}\n",
      name, m.load.rate(), m.load.quantile(0.5), m.load.quantile(0.99), 1e6 * m.cpu / answers,
      m.load.not_2xx, m.load.cut_off);
}

int run(std::uint16_t port, std::size_t connections, const Options& options) {
  const std::string& token = options.at("--token");
  const std::string who = token.empty() ? "" : "Authorization: Bearer " + token + "\r\n";
  const std::string empty =
      fmt::format("GET {} HTTP/1.1\r\nHost: a\r\n\r\n", options.at("--empty"));
  const std::string& body = options.at("--body");
  const std::string predict = fmt::format(
      "POST {} HTTP/1.1\r\nHost: a\r\n{}Content-Type: application/json\r\nContent-Length: "
      "{}\r\n\r\n{}",
      options.at("--path"), who, body.size(), body);
  std::set<std::string, std::less<>> ids;
  const std::string member = fmt::format("\"{}\":", options.at("--id"));
  HttpLoad nothing(
      port, connections, [&]() -> std::string_view { return empty; },
      [](const HttpLoad::Answer&) { return true; });
  HttpLoad predictions(
      port, connections, [&]() -> std::string_view { return predict; },
      [&](const HttpLoad::Answer& answer) {
        const auto at = answer.body.find(member);
        if (at == std::string_view::npos) return false;
        const std::string_view rest = answer.body.substr(at + member.size());
        return ids.emplace(rest.substr(0, rest.find_first_of(",}"))).second;
      });
  const std::chrono::milliseconds time(
      static_cast<int>(1000 * parse_number(options.at("--seconds")).value_or(4)));
  const int rounds = static_cast<int>(parse_number(options.at("--rounds")).value_or(3));
  Measured of_nothing, of_predictions;
  for (int round = 0; round < rounds; ++round) {
    for (auto [load, measured] :
         {std::pair{&nothing, &of_nothing}, {&predictions, &of_predictions}}) {
      const double before = cpu_seconds(options.at("--pid"));
      measured->load.add(load->run(time));
      measured->cpu += cpu_seconds(options.at("--pid")) - before;
    }
  }
  print("nothing", of_nothing);
  print("predict", of_predictions);
  fmt::print("a stored prediction reaches {:.0f} % of the rate of a route that does nothing\n",
             100 * of_predictions.load.rate() / of_nothing.load.rate());
  std::size_t failed = 0;
  for (const auto* const load : {&of_nothing.load, &of_predictions.load}) {
    failed += load->not_2xx + load->wrong + load->cut_off + load->refused;
  }
  if (failed == 0) return 0;
  fmt::print("FAILED: {} requests without the answer they should have got\n", failed);
  return 1;
}

}  // namespace
}  // namespace relearn

int main(int argc, char** argv) {
  relearn::Options options = relearn::kDefaults;
  for (int i = 3; i + 1 < argc; i += 2) {
    const auto option = options.find(argv[i]);
    if (option == options.end())
      argc = 0;
    else
      option->second = argv[i + 1];
  }
  if (argc < 3 || argc % 2 == 0) {
    fmt::print(stderr, "benchmark_serve_load PORT CONNECTIONS [options; see the source]\n");
    return 2;
  }
  return relearn::run(static_cast<std::uint16_t>(std::atoi(argv[1])),
                      static_cast<std::size_t>(std::atoi(argv[2])), options);
}
