// How often the watch is wrong, and how soon it is right: invented people, seeded. Each line is
// checked against what docs/operating/watching.md says.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "support/watch_simulation.h"

namespace relearn {
namespace {

constexpr std::size_t kStreams = 1000, kBefore = 300, kAfter = 700;

double median(std::vector<std::size_t> values) {
  if (values.empty()) return -1;
  std::ranges::sort(values);
  return static_cast<double>(values[values.size() / 2]);
}

void tell_calibration(const char* name, const World& world) {
  std::size_t process_early = 0, detector_early = 0, process_found = 0, detector_found = 0;
  std::vector<std::size_t> process_delay, detector_delay;
  for (std::uint64_t seed = 0; seed < kStreams; ++seed) {
    const AlarmTimes times = watch_stream(world, kBefore, kAfter, seed);
    if (times.process && *times.process < kBefore) ++process_early;
    if (times.detector && *times.detector < kBefore) ++detector_early;
    if (times.process && *times.process >= kBefore) {
      ++process_found;
      process_delay.push_back(*times.process - kBefore);
    }
    if (times.detector && *times.detector >= kBefore) {
      ++detector_found;
      detector_delay.push_back(*times.detector - kBefore);
    }
  }
  fmt::print("{:24} {:8.3f} {:8.3f} {:8.0f}   {:8.3f} {:8.3f} {:8.0f}\n", name,
             process_early / double{kStreams}, process_found / double{kStreams},
             median(process_delay), detector_early / double{kStreams},
             detector_found / double{kStreams}, median(detector_delay));
}

void tell_return(const char* name, const TwoVersions& versions) {
  constexpr std::size_t kWorlds = 1000, kPeople = 600;
  std::vector<std::size_t> people;
  for (std::uint64_t seed = 0; seed < kWorlds; ++seed) {
    if (const auto returned = people_until_return(confirmed_people(versions, kPeople, seed))) {
      people.push_back(*returned);
    }
  }
  fmt::print("{:44} {:8.3f} {:8.0f}\n", name, static_cast<double>(people.size()) / double{kWorlds},
             median(people));
}

void run() {
  fmt::print("calibration, 1,000 streams, change after 300 of 1,000 people\n");
  fmt::print("{:24} {:>8} {:>8} {:>8}   {:>8} {:>8} {:>8}\n", "", "process", "found", "median",
             "detector", "found", "median");
  tell_calibration("nothing changes", {});
  tell_calibration("all +0.7 log-odds", {.log_odds = [](double told) { return told + 0.7; }});
  tell_calibration("slope 0.4", {.log_odds = [](double told) { return 0.4 * told; }});
  tell_calibration("30 % flipped", {.flipped = 0.3});

  const auto good = [](double truth, double error) { return truth + error; };
  fmt::print("\nreturn, 1,000 promotions, 600 confirmed people each\n{:44} {:>8} {:>8}\n", "",
             "returned", "median");
  tell_return("both equally good", {good, good});
  tell_return("the new one better (error .1 against .6)",
              {[](double truth, double error) { return truth + error / 3; },
               [](double truth, double error) { return truth + 2 * error; }});
  tell_return("both as wrong (+0.7)", {[](double t, double e) { return t - 0.7 + e; },
                                       [](double t, double e) { return t - 0.7 + e; }});
  tell_return("the new one wrong (+0.7), the old one more",
              {[](double t, double e) { return t - 0.7 + e; },
               [](double t, double e) { return t - 1.4 + e; }});
  tell_return("the new one's risks too low by 0.7",
              {[](double t, double e) { return t - 0.7 + e; }, good});
  tell_return("the new one too extreme (slope 0.4)",
              {[](double t, double e) { return t / 0.4 + e; }, good});
  tell_return("the new one knows nothing", {[](double, double e) { return -0.5 + e; }, good});
  tell_return("the new one is inverted", {[](double t, double e) { return -t + e; }, good});
}

}  // namespace
}  // namespace relearn

int main() { relearn::run(); }
