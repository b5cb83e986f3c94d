// What was really the case, told by somebody who knows: append-only events, never an edit.
//
//   (nothing) ──> reported ──> confirmed ──> contested ──> adjudicated
//        └──────────────────────^   │ ^          │             │
//                                   v └──────────┼─────────────┘ (a correction is a new event)
//                               retracted <──────┘
//
//   reported  ──> reported, confirmed, retracted     contested ──> adjudicated, retracted
//   confirmed ──> confirmed (a correction), contested, retracted
//   adjudicated ──> adjudicated (a correction), contested, retracted
//   retracted ──> reported, confirmed
//
// Who may enter what. Everybody says it under their own name; a file is the word of its
// contributor.
//
//   patient    a report of their own (source self_report); takes back their own report; contests
//   clinician  everything; adjudicates only what somebody else confirmed
//   approver   as a clinician
//   admin      reports and retractions: who keeps the machine running makes no diagnosis
//
// A reason is needed to contest, adjudicate, retract, correct, and to confirm what was retracted.
// Confirmed and adjudicated need a reference standard and another source than self_report. An
// adjudication is corrected by whoever made it; anybody else contests it first.
//
// Only confirmed and adjudicated outcomes ever train a model. A prediction without one is
// *missing*, never "healthy".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.h"
#include "base/result.h"
#include "clinical/disease_file.h"
#include "records/prediction.h"

namespace relearn {

/// Whether the disease was there. Made from a word of the disease file or a database row of
/// outcomes; a risk does not convert to it.
enum class OutcomeValue : std::uint8_t { Absent = 0, Present = 1 };

enum class OutcomeState { Reported, Confirmed, Contested, Adjudicated, Retracted };

/// How it is known. The model is not among them, here or in the database's check.
enum class OutcomeSource { Laboratory, Imaging, Specialist, Registry, SelfReport, Other };

std::string_view state_word(OutcomeState state);  // "confirmed"
std::optional<OutcomeState> parse_state(std::string_view word);
std::string_view source_word(OutcomeSource source);  // "laboratory"
std::optional<OutcomeSource> parse_source(std::string_view word);

/// The disease file's words for its outcome ("1", "yes", "diabetes confirmed" ...), any case.
/// InvalidInput that lists them for any other.
Result<OutcomeValue> parse_outcome(const OutcomeDefinition& outcome, std::string_view word);

struct NewOutcomeEvent {
  PredictionId prediction;
  OutcomeState state = OutcomeState::Reported;
  OutcomeValue value = OutcomeValue::Absent;
  OutcomeSource source = OutcomeSource::Other;
  std::string reference_standard;  // id of the disease file's list; empty when only reported
  std::string actor;  // who says so: user e-mail or name of a contributor; encrypted at rest
  Role actor_role = Role::Clinician;
  bool blinded = false;  // did not know the model's risk
  std::string evidence;  // a reference, for example a report number; encrypted at rest
  std::string reason;    // needed to change or withdraw what was confirmed
  Date observed_on;      // when the disease was found or excluded
  Moment recorded_at;
  std::string import_key;  // the same key twice is the same event; empty: entered by hand
};

/// The latest event of a prediction, as far as the next one depends on it.
struct CurrentOutcome {
  OutcomeState state = OutcomeState::Reported;
  OutcomeValue value = OutcomeValue::Absent;
  std::string actor;
  std::string confirmed_by;  // actor of the latest confirmed or adjudicated event; empty: none yet
};

/// Whether the event may follow. InvalidInput (what is missing in it), NotAllowed (who may not do
/// it) or Conflict (not from this state), each with one sentence. `current`: none when there is no
/// event. What is compared with the prediction itself: observed_on, which may not lie before
/// made_at's day, nor after the day of recorded_at. Whether it is within the disease's horizon, and
/// what it is called there, is for whoever knows the disease (lifecycle/intake).
Result<void> check_transition(const std::optional<CurrentOutcome>& current,
                              const NewOutcomeEvent& next, Moment made_at);

}  // namespace relearn
