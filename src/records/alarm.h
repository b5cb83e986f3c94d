// What the watch has to say to people: that something about a live model or about the people it
// sees is not as it was. An alarm stays open until somebody closes it with a reason; while it is
// open, nothing else of its kind is opened for its disease.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.h"
#include "records/attempt.h"

namespace relearn {

/// What it is about. docs/operating/watching.md says of each what to do.
enum class AlarmKind {
  Inputs,             // the people are others than those learnt from
  Risks,              // they get other risks
  DataQuality,        // more is missing, or outside the usual limits
  Estimated,          // the performance that the risks promise has left its band
  Calibration,        // the risks do not come true
  CalibrationChange,  // they seem not to come true any more
  Discrimination,     // confirmed outcomes: the AUROC is below the plan's floor
  Confirmation,       // who is confirmed depends on the risk that was told, or fewer are
  Returned,           // the watch has returned to the version before
  CannotReturn,       // it would have, and could not
};

/// Open at once of one disease: one of each kind.
inline constexpr std::size_t kOpenAlarmsOfDiseaseMax = 10;

/// In order of urgency.
enum class AlarmTier {
  Info,  // to know
  Warn,  // to look into
  Act,   // to do something about
};

std::string_view alarm_kind_word(AlarmKind kind);  // "data_quality"
std::optional<AlarmKind> parse_alarm_kind(std::string_view word);
std::string_view alarm_tier_word(AlarmTier tier);  // "warn"
std::optional<AlarmTier> parse_alarm_tier(std::string_view word);

struct NewAlarm {
  std::string disease;
  std::int64_t version = 0;  // that was live
  AlarmKind kind = AlarmKind::Inputs;
  AlarmTier tier = AlarmTier::Info;
  std::string sentence;  // with the numbers; nobody's
};

struct Alarm {
  std::int64_t id = 0;
  NewAlarm what;              // the sentence is the latest, the tier the highest
  Moment opened_at, seen_at;  // seen: when it was still so
  std::string owner;          // actor_text(); empty: nobody yet
  std::optional<Moment> owned_at, closed_at;
  std::string closed_by, closing_reason;
};

/// Once closed, what is still so is not said again of the same version for so long, unless it is
/// more urgent.
inline constexpr std::int64_t kAlarmRestDays = 30;

}  // namespace relearn
