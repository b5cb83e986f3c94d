// An alarm on calibration that may be looked at after every single outcome. It bets against "the
// risks are true"; if they are, the wealth rarely grows: over all time, it reaches 20 with a
// probability of at most 0.05 (Ville 1939; Ramdas et al. 2023, Statist Sci 38:576).
//
// The detector beside it looks for the moment since when they are not: it begins anew at each
// outcome, so that a long good time costs nothing, and alarms by chance once in a thousand outcomes
// or less often (e-detector of Shiryaev-Roberts kind: Shin, Ramdas & Rinaldo 2024, New England J
// Stat Data Sci 2:229).
#pragma once

#include <array>
#include <cstdint>

namespace relearn {

class CalibrationEProcess {
 public:
  /// Wealth at which H0 "each outcome has the risk that was told" is rejected at 5 %, at any time.
  static constexpr double kAlarm = 20;

  /// Detector at which something has changed: H0's mean number of outcomes to it is at least this.
  static constexpr double kDetectorAlarm = 1000;

  /// outcome 0 or 1; risk in [0, 1], as it was told before the outcome was known.
  void observe(std::uint8_t outcome, double risk);

  /// Mean over twelve bets: product over outcomes of 1 + stake * (y - p) * direction, stakes +-0.1,
  /// +-0.25, +-0.5, direction 1 (risks too low or high) or tanh(logit(p) / 2) = 2 p - 1 (too
  /// extreme or too cautious). 1 before any outcome.
  double wealth() const;
  bool alarm() const { return wealth() >= kAlarm; }

  /// Mean over the same bets of S = (1 + S before) * (1 + stake * (y - p) * direction), from 0; at
  /// most 1e300.
  double detector() const;

 private:
  std::array<double, 12> log_wealth_{};
  std::array<double, 12> detectors_{};
};

}  // namespace relearn
