#include "lifecycle/watch/version_return.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "learning/metrics/calibration_e_process.h"

namespace relearn {
namespace {

constexpr double kRiskLowest = 0.05;
constexpr std::array kShares = {0.1, 0.25, 0.5, 0.75, 0.95};

double limited(double risk) { return std::clamp(risk, kRiskLowest, 1 - kRiskLowest); }

double loss(std::uint8_t outcome, double risk) {
  return -std::log(outcome == 1 ? limited(risk) : 1 - limited(risk));
}

struct Comparison {
  std::size_t people = 0;
  double wealth = 1, loss_difference = 0;
};

Comparison compare(std::span<const ConfirmedOutcome> people) {
  Comparison comparison;
  PairedLossBet bet;
  for (const ConfirmedOutcome& one : people) {
    if (!one.before) continue;
    bet.observe(one.outcome, one.risk, *one.before);
    comparison.wealth = std::max(comparison.wealth, bet.wealth());
    ++comparison.people;
    comparison.loss_difference += loss(one.outcome, one.risk) - loss(one.outcome, *one.before);
  }
  if (comparison.people > 0) comparison.loss_difference /= static_cast<double>(comparison.people);
  return comparison;
}

/// Why it is not watched; empty: it is.
std::string off_because(const ReturnQuestion& question) {
  if (question.before == 0) return "there is no version before it";
  if (!question.gone_live_for_the_first_time) {
    return "it is not live for the first time; the watch returns once only";
  }
  return question.not_comparable_because;
}

}  // namespace

void PairedLossBet::observe(std::uint8_t outcome, double risk, double risk_before) {
  static_assert(kShares.size() == kStakes);
  const double most = std::log((1 - kRiskLowest) / kRiskLowest);
  const double won = (loss(outcome, risk) - loss(outcome, risk_before)) / most;
  for (std::size_t k = 0; k < kStakes; ++k) log_wealth_[k] += std::log1p(kShares[k] * won);
}

double PairedLossBet::wealth() const {
  double sum = 0;
  for (const double log_wealth : log_wealth_) sum += std::exp(log_wealth);
  return sum / static_cast<double>(kStakes);
}

std::string_view return_state_word(ReturnState state) {
  constexpr std::array<std::string_view, 5> kWords = {"watching", "due", "over", "off",
                                                      "impossible"};
  return kWords.at(static_cast<std::size_t>(state));
}

ReturnDecision decide_return(const ReturnQuestion& question,
                             std::span<const ConfirmedOutcome> people,
                             const CalibrationWatch& calibration, Moment now) {
  ReturnDecision decision;
  if (const std::string because = off_because(question); !because.empty()) {
    decision.sentence =
        fmt::format("version {} stays until people decide: {}", question.version, because);
    return decision;
  }
  const Comparison comparison = compare(people);
  decision.people = comparison.people;
  decision.wealth = comparison.wealth;
  decision.loss_difference = comparison.loss_difference;
  decision.until =
      Moment{question.live_since.seconds + kSecondsPerDay * (question.maturity_days + kReturnDays)};
  const std::string numbers = fmt::format(
      "on {} confirmed people: evidence that version {} is better {:.3g} ({:+.3f} nats a person), "
      "that its own risks do not come true {:.3g}; it goes at {:.0f} and {:.0f}, or at {:.0f} of "
      "the "
      "first alone",
      comparison.people, question.before, comparison.wealth, comparison.loss_difference,
      calibration.highest, kReturnWealth, CalibrationEProcess::kAlarm, kReturnWealthAlone);
  decision.sentence = fmt::format("version {} {}", question.version, numbers);
  if (now > *decision.until) {
    decision.state = ReturnState::Over;
    return decision;
  }
  const bool untrue = calibration.highest >= CalibrationEProcess::kAlarm;
  decision.needed = untrue ? kReturnWealth : kReturnWealthAlone;
  const bool worse = comparison.wealth >= decision.needed && comparison.loss_difference > 0;
  decision.state = worse ? ReturnState::Due : ReturnState::Watching;
  if (worse && question.before_learnt_from_withdrawn) {
    decision.state = ReturnState::Impossible;
    decision.sentence += fmt::format(
        "; version {} does not come back, because somebody it learnt from has withdrawn",
        question.before);
  }
  return decision;
}

}  // namespace relearn
