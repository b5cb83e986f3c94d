// The watch of one disease: what it remembers between two looks.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lifecycle/watch/people_window.h"
#include "lifecycle/watch/watch_json.h"
#include "lifecycle/watch/watcher.h"

namespace relearn {

/// Why the version before may not be set against the live one; empty: it may. What learnt from
/// invented people does not come back after what learnt from real ones.
std::string not_comparable_because(const DiseaseFile& disease, const SavedModel& live,
                                   const SavedModel& before);

class DiseaseWatch {
 public:
  DiseaseWatch(const WatchWorld& world, const DiseaseFile& disease)
      : world_(world), disease_(disease) {}

  Result<void> look(const CancelToken& cancel);

 private:
  /// The version that is watched, and what it is compared with.
  struct Watched {
    Version version;
    Moment since;
    bool first_time = true;
    std::optional<Version> before;
    std::optional<SavedModel> model_before;
    std::string not_comparable_because;
    std::optional<PopulationReference> reference;
    std::string note;
  };
  /// What a look adds to the store.
  struct Judged {
    std::vector<JudgedWindow> windows;
    std::map<std::int64_t, PredictionDay> days;
  };

  Result<void> begin(const Version& live, Moment now);
  Result<void> find_before();
  void find_reference();
  Result<void> read_window_again();
  Result<Judged> judge_people(Moment now);
  /// When it is full at `now`, which for what is read late is when the next one was made.
  Result<void> judge_full_window(std::int64_t ends_at, Judged& judged, Moment now);
  Result<void> judge_outcomes(const Judged& judged, Moment now);
  Result<void> raise(const std::vector<NewAlarm>& alarms, Moment now);
  Result<void> act_on(const ReturnDecision& decision, Moment now, const CancelToken& cancel);
  Result<void> return_to_before(const std::string& reason, Moment now, const CancelToken& cancel);
  Result<void> save(const Judged& judged, Moment now);

  const WatchWorld& world_;
  const DiseaseFile& disease_;
  std::optional<Watched> watched_;
  std::optional<PeopleWindow> window_;
  std::vector<std::string> suspects_;  // of the window before
  WatchProgress progress_;
  WatchFigures figures_;
};

}  // namespace relearn
