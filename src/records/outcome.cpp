#include "records/outcome.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/csv.h"
#include "base/text.h"

namespace relearn {
namespace {

using State = OutcomeState;

constexpr std::array<std::string_view, 5> kStates = {"reported", "confirmed", "contested",
                                                     "adjudicated", "retracted"};
constexpr std::array<std::string_view, 6> kSources = {"laboratory", "imaging",     "specialist",
                                                      "registry",   "self_report", "other"};

template <typename Enum, std::size_t count>
std::optional<Enum> parse(const std::array<std::string_view, count>& words, std::string_view word) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  return static_cast<Enum>(found - words.begin());
}

/// Scripts without capitals (Devanagari) are left as they are.
std::string lower(std::string_view text) {
  std::string lowered(trim(text));
  for (char& c : lowered) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lowered;
}

std::string listed(const OutcomeDefinition& outcome) {
  std::string words;
  for (const auto* list : {&outcome.present_words, &outcome.absent_words}) {
    for (const std::string& word : *list) {
      words += fmt::format("{}{}", words.empty() ? "" : ", ", word);
    }
  }
  return words;
}

/// "a confirmed", "an adjudicated".
std::string a(std::string_view word) {
  return fmt::format("{} {}", word.starts_with('a') ? "an" : "a", word);
}

bool decides(State state) { return state == State::Confirmed || state == State::Adjudicated; }

/// The arrows of the drawing in outcome.h.
bool may_follow(const std::optional<CurrentOutcome>& current, State next) {
  if (!current) return next == State::Reported || next == State::Confirmed;
  switch (current->state) {
    case State::Reported:
      return next == State::Reported || next == State::Confirmed || next == State::Retracted;
    case State::Confirmed:
      return next == State::Confirmed || next == State::Contested || next == State::Retracted;
    case State::Contested:
      return next == State::Adjudicated || next == State::Retracted;
    case State::Adjudicated:
      return next == State::Adjudicated || next == State::Contested || next == State::Retracted;
    case State::Retracted:
      return next == State::Reported || next == State::Confirmed;
  }
  return false;
}

/// Whether the event takes back or overrules what somebody said before.
bool needs_reason(const std::optional<CurrentOutcome>& current, State next) {
  if (next == State::Contested || next == State::Adjudicated || next == State::Retracted) {
    return true;
  }
  return next == State::Confirmed && current &&
         (current->state == State::Confirmed || current->state == State::Retracted);
}

Result<void> check_role(const std::optional<CurrentOutcome>& current, const NewOutcomeEvent& next) {
  const std::string_view state = state_word(next.state);
  const auto refused = [&](std::string_view who) -> Error {
    return not_allowed(fmt::format("{} may not enter {} outcome; {}", a(role_word(next.actor_role)),
                                   a(state), who));
  };
  switch (next.actor_role) {
    case Role::Patient:
      if (next.state == State::Reported && next.source != OutcomeSource::SelfReport) {
        return not_allowed(fmt::format("a patient reports with source self_report, not {}",
                                       source_word(next.source)));
      }
      if (next.state == State::Retracted &&
          (current->state != State::Reported || current->actor != next.actor)) {
        return refused("a patient may take back only a report of their own, and contest the rest");
      }
      if (decides(next.state)) return refused("a clinician or an approver may");
      return {};
    case Role::Admin:
      if (next.state != State::Reported && next.state != State::Retracted) {
        return refused("it takes a clinician or an approver");
      }
      return {};
    case Role::Clinician:
    case Role::Approver:
      break;
  }
  if (next.state != State::Adjudicated) return {};
  if (current->state == State::Contested && current->confirmed_by == next.actor) {
    return not_allowed("who confirmed an outcome may not adjudicate it; somebody else must");
  }
  if (current->state == State::Adjudicated && current->confirmed_by != next.actor) {
    return not_allowed(
        "an adjudication is corrected by whoever made it; anybody else contests it first");
  }
  return {};
}

Result<void> check_contents(const std::optional<CurrentOutcome>& current,
                            const NewOutcomeEvent& next, Moment made_at) {
  const std::string_view state = state_word(next.state);
  if (trim(next.actor).empty()) {
    return invalid_input(fmt::format("{} outcome needs the name of who says so", a(state)));
  }
  if (needs_reason(current, next.state) && trim(next.reason).empty()) {
    return invalid_input(current && current->state == next.state
                             ? fmt::format("a correction of {} outcome needs a reason", a(state))
                         : next.state == State::Confirmed
                             ? "to confirm what was retracted needs a reason"
                             : fmt::format("{} outcome needs a reason", a(state)));
  }
  if (decides(next.state)) {
    if (next.source == OutcomeSource::SelfReport) {
      return invalid_input(
          fmt::format("{} outcome needs another source than self_report", a(state)));
    }
    if (next.reference_standard.empty()) {
      return invalid_input(
          fmt::format("{} outcome needs the reference standard it was found with", a(state)));
    }
  }
  if (next.observed_on < date_of(made_at)) {
    return invalid_input(
        fmt::format("observed on {}, before the prediction of {}; what was known "
                    "already cannot test a prediction",
                    to_text(next.observed_on), to_text(date_of(made_at))));
  }
  if (next.observed_on > date_of(next.recorded_at)) {
    return invalid_input(fmt::format("observed on {}, after the day it was recorded, {}",
                                     to_text(next.observed_on),
                                     to_text(date_of(next.recorded_at))));
  }
  return {};
}

}  // namespace

std::string_view state_word(OutcomeState state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<OutcomeState> parse_state(std::string_view word) {
  return parse<OutcomeState>(kStates, word);
}

std::string_view source_word(OutcomeSource source) {
  return kSources[static_cast<std::size_t>(source)];
}

std::optional<OutcomeSource> parse_source(std::string_view word) {
  return parse<OutcomeSource>(kSources, word);
}

Result<OutcomeValue> parse_outcome(const OutcomeDefinition& outcome, std::string_view word) {
  const std::string given = lower(word);
  const auto in = [&](const std::vector<std::string>& words) {
    return std::find(words.begin(), words.end(), given) != words.end();
  };
  if (in(outcome.present_words)) return OutcomeValue::Present;
  if (in(outcome.absent_words)) return OutcomeValue::Absent;
  return invalid_input(fmt::format("{}: '{}' is no outcome of this disease; known are {}",
                                   outcome.id, shown(word), listed(outcome)));
}

Result<void> check_transition(const std::optional<CurrentOutcome>& current,
                              const NewOutcomeEvent& next, Moment made_at) {
  if (!may_follow(current, next.state)) {
    const std::string_view state = state_word(next.state);
    if (!current) {
      return conflict(
          fmt::format("there is no outcome to be {}; it begins reported or confirmed", state));
    }
    return conflict(
        fmt::format("{} outcome cannot become {}", a(state_word(current->state)), state));
  }
  TRY(check_role(current, next));
  return check_contents(current, next, made_at);
}

}  // namespace relearn
