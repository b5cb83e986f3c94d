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
  std::map<std::string, std::vector<Version>> versions;  // by disease
  std::set<std::string> queued;                          // diseases

 private:
  std::optional<CurrentOutcome> current(const StoredPrediction& prediction) const;
  std::set<std::string> persons_, event_keys_;
};

/// A line that has everything of a confirmed record but its opaque parts.
std::string line_of(const PredictionId& id, const NewPrediction& prediction,
                    const NewOutcomeEvent& event);
std::string line_of(const ConfirmedRecord& record);

}  // namespace relearn
