// A prediction: what the platform said about a person, and what it knew when it said it. Whether it
// was right is an outcome, a thing of its own (outcome.h), and never follows from a prediction.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/calendar.h"
#include "records/person.h"

namespace relearn {

/// "p-" and 26 letters; given to whoever asked, so that the outcome can be told later.
struct PredictionId {
  std::string text;
  auto operator<=>(const PredictionId&) const = default;
};

/// A risk as a model gave it. It is no number that anything else is made from: there is no way from
/// here to an OutcomeValue.
struct ServedRisk {
  explicit ServedRisk(double risk) : value(risk) {}
  double value;  // in [0, 1]
  auto operator<=>(const ServedRisk&) const = default;
};

/// Who was assessed: exactly one of the two; neither for a guest, who has no history.
struct Subject {
  std::optional<UserId> user;
  std::string reference;  // a clinic's own name for the person, for example a record number
};

struct NewPrediction {
  std::string disease;
  int disease_version = 0;  // of the disease file that checked the inputs
  Subject subject;
  Moment made_at;
  std::vector<std::pair<std::string, double>>
      inputs;                      // predictor id, canonical value; no missing ones
  std::string model_version;       // digest of the model that gave the risk; empty: none did
  std::optional<ServedRisk> risk;  // none: assessed elsewhere, never scored here
  std::string shown;               // what the person saw, for example "high"; empty: nothing
  std::string import_key;          // the same key twice is the same prediction; empty: made here
};

struct Prediction {
  PredictionId id;
  std::optional<PersonId> person;  // none: a guest
  std::string disease;
  int disease_version = 0;
  Moment made_at;
  std::vector<std::pair<std::string, double>> inputs;
  std::string model_version;
  std::optional<ServedRisk> risk;
  std::string shown;
};

}  // namespace relearn
