// Whether the version before comes back by itself: for kWatchDays after its cohort can first close,
// a version that has gone live is compared with it on the people confirmed since. Pure.
//
//   1  the version before would have done better on the same people: a bet on the paired difference
//      of log losses has reached kReturnWealth, and the new version's risks do not come true: its
//      calibration e-process has reached 20; or
//   2  the bet has reached kReturnWealthAlone: a version may be calibrated and know nothing
//
// All hold at any time they are looked at: if the version before is no better, the bet ever reaches
// w with a probability of at most 1 / w (Ville 1939). Nothing else returns a version: no drift, no
// promise without outcomes. docs/decisions has the why.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/calendar.h"
#include "lifecycle/watch/outcome_figures.h"

namespace relearn {

inline constexpr std::int64_t kReturnDays = 180;
inline constexpr double kReturnWealth = 20;
inline constexpr double kReturnWealthAlone = 100;

/// A bet against "the mean difference of the two log losses is not above 0", person by person.
/// Risks are limited to [.05, .95], so that one person cannot lose more than ln 19; stakes are
/// fixed shares of what could be lost (Waudby-Smith & Ramdas 2024, J R Stat Soc B 86:1).
class PairedLossBet {
 public:
  void observe(std::uint8_t outcome, double risk, double risk_before);
  double wealth() const;

 private:
  static constexpr std::size_t kStakes = 5;
  double log_wealth_[kStakes] = {};
};

enum class ReturnState {
  Watching,    // nothing to say yet
  Due,         // the version before is to come back
  Over,        // watched long enough
  Off,         // there is no version before, or this one is a return or a rollback itself
  Impossible,  // due, but the version before may not come back
};
std::string_view return_state_word(ReturnState state);  // "watching"

struct ReturnQuestion {
  std::string disease;
  std::int64_t version = 0, before = 0;  // before: 0 for none
  bool gone_live_for_the_first_time = true;
  bool before_learnt_from_withdrawn = false;
  std::string not_comparable_because;  // empty: the version before can say its risks
  Moment live_since;
  int maturity_days = 0;
};

struct ReturnDecision {
  ReturnState state = ReturnState::Off;
  std::optional<Moment> until;
  std::size_t people = 0;              // compared
  double wealth = 1;                   // of the bet, the highest
  double needed = kReturnWealthAlone;  // as things are
  double loss_difference = 0;          // mean, nats: above 0, the version before is better
  std::string sentence;
};

ReturnDecision decide_return(const ReturnQuestion& question,
                             std::span<const ConfirmedOutcome> people,
                             const CalibrationWatch& calibration, Moment now);

}  // namespace relearn
