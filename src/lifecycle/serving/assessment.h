// One patient, one model: a form in, a risk with its reasons out. Pure; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "clinical/disease_file.h"
#include "clinical/record_check.h"
#include "learning/model_file/model_file.h"
#include "learning/model_file/risk_band.h"

namespace relearn {

/// Predictor id -> what the person wrote: "118", "6.5 mmol/L", "female", "" (not known).
using Form = std::vector<std::pair<std::string, std::string>>;

enum class RiskClass { Low, Moderate, High };
std::string_view risk_class_word(RiskClass risk_class);  // "low", "moderate", "high"

/// One predictor's share, strongest first.
struct AssessmentReason {
  std::string predictor;
  std::string value;        // as it was understood: "145 mm[Hg]", "asymptomatic", "not known"
  double contribution = 0;  // log-odds against the typical patient
};

struct Assessment {
  double risk = 0;
  std::optional<RiskInterval> interval;  // nothing: the model cannot tell how sure it is
  double typical_risk = 0;               // of the reference patient, against whom reasons are told
  RiskClass risk_class = RiskClass::Low;
  std::vector<AssessmentReason> reasons;
  std::vector<Finding> flags;  // outside what the model learnt from, odd combinations
};

/// Values of all predictors in file order from a form. Refuses unknown names, impossible values and
/// missing ones that the policy needs, each with one sentence. Flags are appended.
Result<std::vector<double>> read_form(const DiseaseFile& disease, const Form& form,
                                      std::vector<Finding>& flags);

/// Several recordings of one person are one assessment: their mean (most frequent code).
std::vector<double> combine_recordings(const DiseaseFile& disease,
                                       const std::vector<std::vector<double>>& recordings);

/// values: all predictors in file order.
Result<Assessment> assess(const DiseaseFile& disease, const SavedModel& saved,
                          const std::vector<double>& values);

/// InvalidInput when the model was made for other predictors than the disease file now has.
Result<void> check_model_fits(const DiseaseFile& disease, const SavedModel& saved);

}  // namespace relearn
