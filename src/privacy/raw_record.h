// A person's record as the database holds it: with everything by which the person could be found.
// It is made in lifecycle/selection and ends here; learning, http and cli cannot even name it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/calendar.h"

namespace relearn {

struct RawRecord {
  std::string person;       // opaque; equal for the same person
  std::string contributor;  // opaque; equal for whoever confirmed the outcome
  Moment assessed_at;
  /// Everything that was entered: predictor id (or whatever else came in) and its text.
  std::vector<std::pair<std::string, std::string>> fields;
  std::uint8_t outcome = 0;           // 1 = disease present; confirmed
  double weight = 1;                  // > 0, at most 1: influence cap
  std::uint8_t is_new = 0;            // 1 = confirmed since the live model learnt, 2 = locked: of
                                      // whom no model may learn
  std::optional<double> served_risk;  // what the live model told then, in [0, 1]; nothing: another
                                      // model, or none
};

/// The text of a stored number: as precise as a model sees it (7 digits; 6 behind a leading "0."),
/// "missing" for NaN. More digits than any instrument has could be somebody's number, so that the
/// residual scan sets them aside; a number that was computed (a mean, a ratio) goes through here.
std::string field_text(double value);

}  // namespace relearn
