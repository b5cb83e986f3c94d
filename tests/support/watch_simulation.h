// Invented people whose risks come true, or do not any more: how often the watch alarms, and how
// soon. For its tests and its benchmark.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/normal.h"
#include "base/random.h"
#include "learning/metrics/calibration_e_process.h"
#include "lifecycle/watch/version_return.h"

namespace relearn {

/// What becomes of somebody whose log-odds are told as this.
using TrueLogOdds = std::function<double(double told)>;

/// Log-odds of a clinic's people: as widely spread as those of a model with an AUROC of .80.
inline double invented_log_odds(Random& random) { return -0.5 + 1.3 * random.normal(); }

struct World {
  TrueLogOdds log_odds = [](double told) { return told; };
  double flipped = 0;  // share of outcomes that are told the wrong way round
};

inline std::uint8_t outcome_in(const World& world, double told, Random& random) {
  const bool ill = random.uniform() < logistic(world.log_odds(told));
  const bool wrong = random.uniform() < world.flipped;
  return static_cast<std::uint8_t>(ill != wrong);
}

/// When the two alarms came, in people; nothing: they did not.
struct AlarmTimes {
  std::optional<std::size_t> process, detector;
};

/// `before` people for whom the risks are true, `after` in the other world.
inline AlarmTimes watch_stream(const World& other, std::size_t before, std::size_t after,
                               std::uint64_t seed) {
  Random random(derive_seed(seed, "stream"));
  CalibrationEProcess process;
  AlarmTimes times;
  const World true_risks;
  for (std::size_t i = 0; i < before + after; ++i) {
    const double told = invented_log_odds(random);
    process.observe(outcome_in(i < before ? true_risks : other, told, random), logistic(told));
    if (!times.process && process.alarm()) times.process = i;
    if (!times.detector && process.detector() >= CalibrationEProcess::kDetectorAlarm) {
      times.detector = i;
    }
  }
  return times;
}

/// Two versions that see the same people: each tells its log-odds from the true ones, with an error
/// of its own.
struct TwoVersions {
  std::function<double(double truth, double error)> now, before;
  double error = 0.3;  // standard deviation, log-odds
};

/// Confirmed one after the other, all old enough.
inline std::vector<ConfirmedOutcome> confirmed_people(const TwoVersions& versions,
                                                      std::size_t people, std::uint64_t seed) {
  Random random(derive_seed(seed, "two versions"));
  std::vector<ConfirmedOutcome> confirmed;
  for (std::size_t i = 0; i < people; ++i) {
    const double truth = invented_log_odds(random);
    ConfirmedOutcome one;
    one.person = {static_cast<std::int64_t>(i + 1)};
    one.outcome = random.uniform() < logistic(truth) ? 1 : 0;
    one.risk = logistic(versions.now(truth, versions.error * random.normal()));
    one.before = logistic(versions.before(truth, versions.error * random.normal()));
    confirmed.push_back(one);
  }
  return confirmed;
}

/// After how many people the version before comes back, looked at after each; nothing: it does not.
inline std::optional<std::size_t> people_until_return(const std::vector<ConfirmedOutcome>& people) {
  const ReturnQuestion question{.disease = "heart", .version = 2, .before = 1};
  CalibrationEProcess process;
  CalibrationWatch calibration;
  PairedLossBet bet;
  double best = 1;
  for (std::size_t i = 0; i < people.size(); ++i) {
    process.observe(people[i].outcome, people[i].risk);
    bet.observe(people[i].outcome, people[i].risk, *people[i].before);
    calibration.highest = std::max(calibration.highest, process.wealth());
    best = std::max(best, bet.wealth());
    if (best < kReturnWealth) continue;
    const std::span<const ConfirmedOutcome> so_far(people.data(), i + 1);
    if (decide_return(question, so_far, calibration, {}).state == ReturnState::Due) return i + 1;
  }
  return std::nullopt;
}

}  // namespace relearn
