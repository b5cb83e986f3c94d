// What a store promises, in the simplest way to say it: everything in std::map and std::vector.
// check_transition is the product's own; what it promises is tested elsewhere.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "records/record_store.h"
#include "records/version_store.h"

namespace relearn {

class StoreModel {
 public:
  struct StoredPrediction {
    NewPrediction what;
    std::string person;  // "" for a guest
    std::vector<NewOutcomeEvent> events;
    bool confirmed() const;
  };

  /// What the store should say of it.
  Receipt::Result expect(const NewPrediction& prediction) const;
  void add(const PredictionId& id, const NewPrediction& prediction);
  Receipt::Result expect(const NewOutcomeEvent& event) const;
  void add(const NewOutcomeEvent& event);

  bool knows(const std::string& person) const { return persons_.contains(person); }
  void withdraw(const std::string& person);

  std::int64_t live(const std::string& disease) const;  // 0: none
  /// Why it is not written down; nothing when it is.
  std::optional<ErrorKind> expect(const NewAttempt& attempt) const;
  void add(const NewAttempt& attempt, Moment now);
  // The same, done unless it fails.
  std::optional<ErrorKind> approve(const std::string& disease, std::int64_t number, const Actor& by,
                                   Moment now);
  std::optional<ErrorKind> reject(const std::string& disease, std::int64_t number, const Actor& by);
  std::optional<ErrorKind> force(const std::string& disease, std::int64_t number, const Actor& by,
                                 Moment now);
  std::optional<ErrorKind> roll_back(const std::string& disease, std::int64_t to,
                                     std::int64_t expected, const Actor& by, Moment now);

  /// What a withdrawal of this person reports.
  Withdrawal expected_withdrawal(const std::string& person) const;

  RecordCounts counts(const std::string& disease) const;
  /// In the order of a visit: by moment, then id.
  std::vector<std::string> confirmed(const std::string& disease) const;
  /// In the order they came.
  std::vector<std::string> verification(const std::string& disease) const;

  std::vector<PredictionId> order;  // all that are there, as they came
  std::map<PredictionId, StoredPrediction> predictions;
  std::map<std::string, PredictionId> imported;
  std::set<std::string> withdrawn;
  std::map<std::string, NewSnapshot> snapshots;  // by digest
  std::set<std::string> revoked;
  struct StoredAttempt {
    Attempt attempt;
    std::vector<Approval> approvals;
    bool forced = false;
  };
  std::map<std::string, std::vector<StoredAttempt>> attempts;  // by disease
  std::map<std::string, std::vector<std::int64_t>> versions;   // by disease: the attempts
  std::map<std::string, std::vector<LiveChange>> changes;      // by disease
  std::set<std::string> queued;                                // diseases

 private:
  std::optional<CurrentOutcome> current(const StoredPrediction& prediction) const;
  std::optional<ErrorKind> publish(StoredAttempt& attempt, Moment now);
  void go_live(const std::string& disease, std::int64_t to, Moment now);
  std::set<std::string> persons_, event_keys_;
};

std::string line_of(const Attempt& attempt);
/// A line that has everything of a confirmed record but its opaque parts.
std::string line_of(const PredictionId& id, const NewPrediction& prediction,
                    const NewOutcomeEvent& event);
std::string line_of(const ConfirmedRecord& record);

}  // namespace relearn
