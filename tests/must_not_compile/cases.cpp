// Mistakes that the types must catch. The file is compiled once for each CASE_ below and must fail
// with the message that cases.txt gives; without any it must compile, or the cases would prove
// nothing.
#include <span>
#include <string>

#include "base/result.h"
#include "learning/models/encoder.h"
#include "learning/models/model.h"
#include "privacy/privacy_report.h"
#include "privacy/raw_record.h"
#include "records/outcome.h"

namespace relearn {

Result<int> count_patients();

Result<int> twice(const DiseaseFile& disease, const Cohort& cohort, const Features& features,
                  const Encoder& encoder, const RawRecord& record) {
  const int count = TRY(count_patients());
#ifdef CASE_ignored_result
  count_patients();
#endif
#ifdef CASE_value_of_wrong_type
  const std::string text = TRY(count_patients());
#endif
#ifdef CASE_raw_rows_as_model
  score(cohort, std::span<const float>(cohort.values));
#endif
#ifdef CASE_features_as_cohort
  encoder.encode(features, Filling::Mean);
#endif
  const ServedRisk risk(0.82);
  OutcomeValue outcome = OutcomeValue::Absent;
  // A model's own output is no outcome: no conversion, no assignment, not as a source either.
#ifdef CASE_risk_as_outcome
  outcome = risk;
#endif
#ifdef CASE_threshold_as_outcome
  outcome = risk.value >= 0.5;
#endif
#ifdef CASE_model_as_source
  const OutcomeSource source = OutcomeSource::Model;
#endif
#ifdef CASE_risk_in_event
  const NewOutcomeEvent event{.prediction = {}, .state = OutcomeState::Confirmed, .value = risk};
#endif
#ifdef CASE_person_into_encoder
  encoder.encode(record, Filling::Mean);
#endif
#ifdef CASE_person_as_cohort
  const Cohort people = record;
#endif
#ifdef CASE_person_scored
  score(record, std::span<const float>(cohort.values));
#endif
#ifdef CASE_person_in_a_report
  const PrivacyReport report{.sentence = record};
#endif
#ifdef CASE_disease_changed
  disease.find("age_years") = 0;
  disease.version = 2;
#endif
  return 2 * count + static_cast<int>(outcome) + static_cast<int>(risk.value) +
         static_cast<int>(cohort.rows() + features.rows + encoder.columns.size() +
                          disease.predictors.size() + record.fields.size());
}

}  // namespace relearn
