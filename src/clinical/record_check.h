// One record against its disease file: is each value possible, in the right unit, a known code, and
// do the values agree with each other? The same check serves a form, a baseline row and a
// prediction.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "clinical/disease_file.h"

namespace relearn {

/// One thing that is wrong or odd with one record.
struct Finding {
  enum class Severity { Warning, Quarantine };
  Severity severity = Severity::Warning;
  std::string predictor;  // id; "" when it concerns the record as a whole
  std::string reason;     // short and countable: "above hard limit", "unknown code", "unit trap"
  std::string message;    // one sentence: "glucose: 5.9 is below 20 mg/dL; is it in mmol/L?"
};

/// values: one per predictor of the disease in file order, canonical units and codes, NaN =
/// missing. Appends what it finds: hard and soft limits, unit traps, unknown codes, fractional
/// integers, infinities, missing values that the policy rejects, cross-field rules.
void check_record(const DiseaseFile& disease, std::span<const double> values,
                  std::vector<Finding>& findings);

/// One value by itself: limits, traps, codes, fractions, infinities. NaN is found nothing about.
void check_value(const Predictor& predictor, double value, std::vector<Finding>& findings);

/// True when any finding quarantines.
bool is_quarantined(std::span<const Finding> findings);

/// A value as a person or a file writes it: "118", "118 mg/dL", "6.5 mmol/L", "female", "4",
/// "" or one of "missing", "unknown", "?" (NaN). Converted to the canonical unit or code.
/// InvalidInput with one sentence for anything else; hard limits and unit traps are applied.
Result<double> parse_value(const Predictor& predictor, std::string_view text);

/// The value in the canonical unit; `unit` as UCUM or as people write it, "" = canonical already.
/// InvalidInput, with the units that would be understood, for any other.
Result<double> convert_to_canonical(const Predictor& predictor, double value,
                                    std::string_view unit);

}  // namespace relearn
