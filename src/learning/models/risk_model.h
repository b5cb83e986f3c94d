// A whole published model: raw inputs of one patient in, calibrated risk out. Plain data, compared
// by value; what the model file says and nothing else.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "learning/models/calibration.h"
#include "learning/models/encoder.h"
#include "learning/models/model.h"

namespace relearn {

/// One family's model inside a risk model. The average of several families has several.
struct Member {
  std::string family;
  Model model;
  Calibration calibration;  // score -> log-odds
  double weight = 1;        // weights of all members sum to 1
  bool operator==(const Member&) const = default;
};

/// log-odds = calibration( sum_m weight_m * calibration_m(score_m(encoded_m)) ), encoded with the
/// filling of member m's kind; risk = logistic of it.
struct RiskModel {
  std::string disease;
  std::vector<InputColumn> inputs;  // p, canonical order
  std::vector<float> reference;     // p: a typical patient (medians), against whom reasons are told
  Encoder encoder;
  std::vector<Member> members;  // at least one
  Calibration calibration;
  bool operator==(const RiskModel&) const = default;

  double log_odds(std::span<const float> raw) const;
  double risk(std::span<const float> raw) const;
};

/// How much one input moves the log-odds away from the reference patient's.
struct Contribution {
  std::size_t input = 0;
  double log_odds = 0;  // added to the reference patient's
};

/// Shapley values of each input against the reference patient, exact (explain.h); only a forest's
/// are those of its mean, turned into log-odds by one factor. They always add up, but for rounding,
/// to log_odds(raw) - log_odds(reference). In order of the inputs.
std::vector<Contribution> explain(const RiskModel& model, std::span<const float> raw);

}  // namespace relearn
