// Port to what people are shown about records: one account's figures, which predictions wait for
// somebody to say how it was, one prediction with all that was said about it, and the figures of
// the whole platform. Reads only, each call of one moment; quick however many predictions there
// are. Thread-safe. Errors: Unavailable, BrokenInvariant. Implementations: storage/.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "clinical/disease_file.h"
#include "records/outcome.h"
#include "records/person.h"
#include "records/prediction.h"

namespace relearn {

/// Of one account's own predictions of one disease. Guests and people of clinics have none.
struct DiseaseSummary {
  std::string disease;
  std::uint64_t predictions = 0;
  std::optional<ServedRisk> latest_risk;
  std::string latest_shown;
  Moment latest_at;
};

struct UserSummary {
  Moment member_since;
  std::uint64_t predictions = 0;
  std::vector<DiseaseSummary> diseases;  // in order of their ids
};

/// A prediction about a person whom somebody knows, of which nobody has confirmed yet how it was.
/// `drawn`: into the random share that is to be examined whatever the model said; a letter of its
/// id, which is random, says so.
struct AwaitingPrediction {
  Prediction prediction;
  std::string reference;              // the clinic's own name for the person; empty: has an account
  std::optional<OutcomeState> state;  // none: nothing was said
  bool drawn = false;
};

struct AwaitingLists {
  std::uint64_t awaiting = 0;                // all of them
  std::vector<AwaitingPrediction> by_doubt;  // whose risk is nearest to one half, first
  std::vector<AwaitingPrediction> drawn;     // the latest first
};

/// One event as whoever may read the prediction may read it: what was said, by nobody's name.
struct OutcomeEvent {
  OutcomeState state = OutcomeState::Reported;
  OutcomeValue value = OutcomeValue::Absent;
  OutcomeSource source = OutcomeSource::Other;
  std::string reference_standard, reason;
  Date observed_on;
  Moment recorded_at;
  std::string actor;  // e-mail or contributor: to compare, not to show
};

struct PredictionDetails {
  Prediction prediction;
  std::string reference;             // of the person; empty: an account or a guest
  std::vector<OutcomeEvent> events;  // oldest first
};

/// Of one disease. `confirmed` holds adjudicated ones.
struct DiseaseCounts {
  std::uint64_t predictions = 0, awaiting = 0;
  std::uint64_t reported = 0, confirmed = 0, contested = 0, retracted = 0;
  // What a retrain would newly use, as far as one query can tell: outcomes confirmed after the
  // cut-off of the live version's snapshot (all, when it learnt from the baseline only or none is
  // live), or not mature then and mature now; by a standard that trains, not under quarantine.
  // Counted up to kNewOutcomesMax. The gate counts people, of whom one may have several.
  std::uint64_t new_confirmed = 0, new_positive = 0;
  std::uint64_t open_quarantines = 0;
  std::optional<Moment> live_since;
};
inline constexpr std::uint64_t kNewOutcomesMax = 10'000;

class OverviewStore {
 public:
  virtual ~OverviewStore() = default;
  /// NotFound: no such account.
  virtual Result<UserSummary> summary_of(UserId user) = 0;
  /// At most `count_max` in each list.
  /// One account's own, the latest first. `before`: one of them, or empty; InvalidInput: neither.
  virtual Result<std::vector<Prediction>> history_of(UserId user, const PredictionId& before,
                                                     std::size_t count_max) = 0;
  virtual Result<AwaitingLists> awaiting(std::string_view disease, std::size_t count_max) = 0;
  virtual Result<std::optional<PredictionDetails>> details_of(const PredictionId& id) = 0;
  virtual Result<std::map<Role, std::uint64_t>> count_roles() = 0;
  virtual Result<DiseaseCounts> count_disease(const DiseaseFile& disease, Moment now) = 0;
};

}  // namespace relearn
