// Port to what the watch reads, what it has judged, and its alarms. Each call that writes is one
// durable transaction, as in record_store.h; none of them writes about a person. Thread-safe.
// Implementations: storage/.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "clinical/disease_file.h"
#include "records/alarm.h"
#include "records/outcome.h"
#include "records/prediction.h"
#include "records/version_store.h"

namespace relearn {

/// A prediction by the model that is watched.
struct WatchedPrediction {
  std::int64_t number = 0;         // of its arrival
  std::optional<PersonId> person;  // none: a guest
  Moment made_at;
  std::vector<std::pair<std::string, double>> inputs;
  double risk = 0;  // as served
};

/// One of them whose outcome is confirmed: by a standard that trains, within the horizon, nobody's
/// who is under quarantine, no guest's.
struct WatchedOutcome {
  WatchedPrediction prediction;
  OutcomeValue value = OutcomeValue::Absent;
  Moment confirmed_at;
};

/// Predictions in order of their arrival, in pieces of bounded size: `up_to` is where the next
/// piece begins.
struct PredictionPiece {
  std::string model_digest;
  std::int64_t after = 0, up_to = 0;
};

/// How many predictions of a day had a high risk, and how many had not; guests are left out.
struct PredictionDay {
  std::int64_t day = 0;  // since 1970
  std::uint64_t high = 0, not_high = 0;
};

/// How far the watch of a disease is. `figures`: what it last told of outcomes, as JSON.
struct WatchProgress {
  std::int64_t version = 0;              // 0: nothing was watched yet
  std::int64_t last_prediction = 0;      // looked at
  std::int64_t window_begins_after = 0;  // the window that is still filling
  std::int64_t last_event = 0;           // of outcomes, looked at
  std::int64_t figures_day = 0;          // since 1970, of the figures
  Moment judged_at;
  std::string figures;
};

/// A window of people that is full. Texts are JSON, as they are told.
struct JudgedWindow {
  std::int64_t version = 0;
  Moment from, to;
  std::string suspects;          // what was unlike the reference, "age_years,risk"
  std::string estimated, drift;  // drift: empty without a reference
};

enum class AlarmsWanted { All, Open, Closed };

class WatchStore {
 public:
  virtual ~WatchStore() = default;

  /// At most so many rows of the table of predictions are looked at; whoever wants the rest asks
  /// again. Returns where the piece ended: `after`, when there is nothing new.
  virtual Result<std::int64_t> visit_predictions(
      std::string_view disease, const PredictionPiece& piece, std::size_t rows_max,
      const std::function<Result<void>(const WatchedPrediction&)>& visit) = 0;
  /// In the order in which they were confirmed, the first `count_max`, of predictions made since
  /// the moment.
  virtual Result<void> visit_outcomes(
      const DiseaseFile& disease, std::string_view model_digest, Moment since,
      std::size_t count_max, const std::function<Result<void>(const WatchedOutcome&)>& visit) = 0;
  /// Number of the latest event about any outcome; 0: none. Grows with each.
  virtual Result<std::int64_t> last_event() = 0;

  virtual Result<WatchProgress> watch_progress(std::string_view disease) = 0;
  /// What was judged now, and how far that is; days add to those there are.
  virtual Result<void> save_watch(std::string_view disease, const WatchProgress& progress,
                                  const std::vector<JudgedWindow>& windows,
                                  const std::vector<PredictionDay>& days) = 0;
  /// Of a version, the latest first.
  virtual Result<std::vector<JudgedWindow>> judged_windows(std::string_view disease,
                                                           std::int64_t version,
                                                           std::size_t count_max) = 0;
  virtual Result<std::vector<PredictionDay>> prediction_days(std::string_view disease,
                                                             std::int64_t version) = 0;

  /// Opens it with its ledger entry and returns its id; or says of the open one of its kind that it
  /// is still so; or does nothing within kAlarmRestDays.
  virtual Result<std::optional<std::int64_t>> raise_alarm(const NewAlarm& alarm, Moment now) = 0;
  /// Closes what was said of earlier versions, in the watch's name; `Returned` and `CannotReturn`
  /// are for people.
  virtual Result<void> close_alarms_before(std::string_view disease, std::int64_t version,
                                           Moment now) = 0;
  /// The latest first, from before this id (0: from the last). disease: empty for all.
  virtual Result<std::vector<Alarm>> alarms(std::string_view disease, AlarmsWanted wanted,
                                            std::int64_t before, std::size_t count_max) = 0;
  /// NotFound; Conflict: it is closed.
  virtual Result<Alarm> own_alarm(std::int64_t id, const Actor& by, Moment now) = 0;
  /// With its ledger entry. The same, and InvalidInput when the reason names somebody.
  virtual Result<Alarm> close_alarm(std::int64_t id, const Actor& by, std::string_view reason,
                                    Moment now) = 0;

  /// As VersionStore::roll_back(), in the watch's name.
  virtual Result<Version> return_version(std::string_view disease, std::int64_t to,
                                         std::int64_t expected, std::string_view reason,
                                         Moment now) = 0;
};

/// How the ledger calls it.
inline constexpr const char* kWatchActor = "the watch";

}  // namespace relearn
