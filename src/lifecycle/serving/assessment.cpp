#include "lifecycle/serving/assessment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/normal.h"
#include "learning/cohort/cohort.h"
#include "learning/models/explain.h"

namespace relearn {
namespace {

constexpr double kNotKnown = std::numeric_limits<double>::quiet_NaN();

RiskClass classify(const DecisionThresholds& thresholds, double risk) {
  if (risk >= thresholds.decision) return RiskClass::High;
  return risk >= thresholds.moderate ? RiskClass::Moderate : RiskClass::Low;
}

double most_frequent(const std::vector<double>& values) {
  std::map<double, int> counts;
  for (const double value : values) ++counts[value];
  return std::ranges::max_element(counts, {}, [](const auto& item) { return item.second; })->first;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

std::string_view risk_class_word(RiskClass risk_class) {
  switch (risk_class) {
    case RiskClass::Low:
      return "low";
    case RiskClass::Moderate:
      return "moderate";
    case RiskClass::High:
      return "high";
  }
  return "";
}

Result<std::vector<double>> read_form(const DiseaseFile& disease, const Form& form,
                                      std::vector<Finding>& flags) {
  std::vector<double> values(disease.predictors.size(), kNotKnown);
  std::vector<char> given(values.size(), 0);
  for (const auto& [id, text] : form) {
    const int index = disease.find(id);
    if (index < 0) {
      return invalid_input(fmt::format("{}: is not a predictor of {}; see 'relearn diseases {}'",
                                       id, disease.id, disease.id));
    }
    const auto at = static_cast<std::size_t>(index);
    if (given[at]) return invalid_input(fmt::format("{}: is given twice", id));
    given[at] = 1;
    values[at] = TRY(parse_value(disease.predictors[at], text));
  }
  std::vector<Finding> findings;
  check_record(disease, values, findings);
  for (Finding& finding : findings) {
    const int index = disease.find(finding.predictor);
    const bool in_model = index < 0 || disease.predictors[static_cast<std::size_t>(index)].in_model;
    if (finding.severity == Finding::Severity::Quarantine && in_model) {
      return invalid_input(std::move(finding.message));
    }
    if (in_model) flags.push_back(std::move(finding));
  }
  return values;
}

std::vector<double> combine_recordings(const DiseaseFile& disease,
                                       const std::vector<std::vector<double>>& recordings) {
  std::vector<double> combined(disease.predictors.size(), kNotKnown);
  for (std::size_t j = 0; j < combined.size(); ++j) {
    std::vector<double> known;
    for (const auto& recording : recordings) {
      if (!std::isnan(recording[j])) known.push_back(recording[j]);
    }
    if (known.empty()) continue;
    const PredictorKind kind = disease.predictors[j].kind;
    const bool is_code = kind == PredictorKind::Category || kind == PredictorKind::Binary;
    combined[j] = is_code ? most_frequent(known) : mean(known);
  }
  return combined;
}

Result<void> check_model_fits(const DiseaseFile& disease, const SavedModel& saved) {
  if (saved.model.disease != disease.id) {
    return invalid_input(
        fmt::format("the model is for {}, not for {}", saved.model.disease, disease.id));
  }
  if (saved.model.inputs != input_columns(disease)) {
    return invalid_input(
        fmt::format("the model was made for other predictors than diseases/{}.toml now has; "
                    "retrain it",
                    disease.id));
  }
  return {};
}

Result<Assessment> assess(const DiseaseFile& disease, const SavedModel& saved,
                          const std::vector<double>& values) {
  TRY(check_model_fits(disease, saved));
  const std::vector<std::size_t> inputs = disease.model_inputs();
  std::vector<float> raw;
  for (const std::size_t index : inputs) raw.push_back(static_cast<float>(values[index]));

  Assessment assessment;
  const ExplainedRisk explained = explain_risk(saved.model, raw);
  assessment.risk = logistic(explained.log_odds);
  assessment.typical_risk = logistic(explained.typical_log_odds);
  if (const auto band = parse_risk_band(fact_of(saved.facts, kRiskBandFact))) {
    assessment.interval = interval_at(*band, assessment.risk);
  }
  assessment.risk_class = classify(disease.thresholds, assessment.risk);
  for (const Contribution& reason : explained.reasons) {
    const Predictor& predictor = disease.predictors[inputs[reason.input]];
    const double value = values[inputs[reason.input]];
    assessment.reasons.push_back({predictor.id,
                                  std::isnan(value) ? "not known" : predictor.describe(value),
                                  reason.log_odds});
  }
  std::ranges::stable_sort(assessment.reasons, std::greater<>{},
                           [](const AssessmentReason& r) { return std::fabs(r.contribution); });
  return assessment;
}

}  // namespace relearn
