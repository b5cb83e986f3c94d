// Ports to the database, in terms of records. Each call is one durable transaction: when it returns
// without an error, what it wrote survives a power cut. Implementations: storage/.
//
// Thread-safe. Errors: Unavailable (disk, database), Conflict, NotFound, and what a row's own check
// says.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "records/outcome.h"
#include "records/person.h"
#include "records/prediction.h"
#include "records/quarantine.h"

namespace relearn {

/// What became of one item of a list: a line of a file, for example.
struct Receipt {
  enum class Result { Added, AlreadyThere, Refused } result = Result::Added;
  PredictionId prediction;      // of the item, when it is one or belongs to one
  std::string refused_because;  // one sentence
};

/// A file or a day's work: what came in together is judged together.
struct BatchSource {
  std::string kind;         // "predictions", "outcomes", "healthpredict"
  std::string file_digest;  // SHA-256; empty: entered by hand
  Moment received_at;
};

/// Whom a store, or a file, is about. What is learnt from invented people shows how the program
/// works, and nothing else; they never get among real ones.
enum class PeopleKind { Real, Invented };

/// How many predictions of a disease there are and what became of them; the parts add up to
/// `found`.
struct RecordCounts {
  std::uint64_t found = 0;
  std::uint64_t without_outcome = 0, reported = 0, contested = 0, retracted = 0;
  std::uint64_t confirmed = 0;  // or adjudicated
};

/// A prediction with a confirmed outcome, on its way to the check. Never leaves lifecycle/selection
/// but as a RawRecord.
struct ConfirmedRecord {
  Prediction prediction;
  OutcomeValue value = OutcomeValue::Absent;
  OutcomeState state = OutcomeState::Confirmed;
  OutcomeSource source = OutcomeSource::Other;
  std::string reference_standard;
  std::string contributor;  // opaque: equal for the same actor, and nothing else
  std::string batch;        // opaque: equal for what came in together
  Date observed_on;
  Moment recorded_at;
  bool blinded = false;
  bool withdrawn = false;  // the person has withdrawn; must not be used
};

class PeopleStore {
 public:
  virtual ~PeopleStore() = default;
  /// Conflict when the e-mail (in canonical form) is taken.
  virtual Result<UserId> add_user(const NewUser& user, Moment now) = 0;
  virtual Result<std::optional<User>> find_user(std::string_view email) = 0;
  virtual Result<void> set_password(UserId user, std::string_view hash, PasswordState state) = 0;
  virtual Result<std::uint64_t> count_users() = 0;
};

/// What taking records in needs of a store.
class RecordIntake {
 public:
  virtual ~RecordIntake() = default;

  /// Of everybody in the store.
  virtual Result<PeopleKind> people_kind() = 0;
  /// Asked before a file of people is taken in. Invented ones make a store that has no prediction
  /// one of invented people, for good. Conflict: the store is about the other kind.
  virtual Result<void> admit(PeopleKind people, Moment now) = 0;

  /// One receipt an item, in their order; AlreadyThere by import_key. All or nothing on an error.
  virtual Result<std::vector<Receipt>> add_predictions(std::span<const NewPrediction> predictions,
                                                       const BatchSource& batch) = 0;
  /// The same for outcome events; an event that check_transition refuses is Refused, as is one
  /// whose prediction does not exist. Order matters: an event may follow one earlier in the list.
  virtual Result<std::vector<Receipt>> add_outcomes(std::span<const NewOutcomeEvent> events,
                                                    const BatchSource& batch) = 0;
  virtual Result<std::optional<Prediction>> find_prediction(const PredictionId& id) = 0;
  /// By the key it was imported under.
  virtual Result<std::optional<Prediction>> find_imported(std::string_view import_key) = 0;
};

class RecordStore : public RecordIntake {
 public:
  /// Of an account, the latest first.
  virtual Result<std::vector<Prediction>> predictions_of(UserId user, std::size_t count_max) = 0;

  virtual Result<RecordCounts> count_records(std::string_view disease) = 0;
  /// Visits every prediction of the disease whose latest event is confirmed or adjudicated, in
  /// order of (made_at, prediction id), streaming; stops at the visitor's first error.
  virtual Result<void> visit_confirmed(
      std::string_view disease,
      const std::function<Result<void>(const ConfirmedRecord&)>& visit) = 0;
  /// Visits every prediction of the disease: its risk (if any) and whether its outcome is
  /// confirmed. For measuring who gets verified.
  virtual Result<void> visit_verification(
      std::string_view disease,
      const std::function<Result<void>(const Prediction&, bool confirmed)>& visit) = 0;

  /// Opens it, unless the same subject has an open or upheld one; returns its id.
  virtual Result<std::int64_t> open_quarantine(const NewQuarantine& quarantine, Moment now) = 0;
  virtual Result<std::vector<Quarantine>> quarantines(std::string_view disease) = 0;
  /// NotFound; Conflict when it is closed already.
  virtual Result<void> close_quarantine(std::int64_t id, QuarantineState decision,
                                        std::string_view decided_by, std::string_view reason,
                                        Moment now) = 0;
};

}  // namespace relearn
