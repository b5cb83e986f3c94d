#include "lifecycle/selection/eligibility.h"

#include <fmt/format.h>

#include <algorithm>

namespace relearn {

bool is_mature(const ConfirmedRecord& record, const DiseaseFile& disease, Moment cut_off) {
  const std::int64_t window = kSecondsPerDay * disease.outcome.maturity_days;
  return record.prediction.made_at.seconds + window <= cut_off.seconds;
}

std::optional<std::string> why_not_eligible(const ConfirmedRecord& record,
                                            const DiseaseFile& disease, Moment cut_off) {
  const OutcomeDefinition& outcome = disease.outcome;
  if (record.withdrawn) return "the person has withdrawn";
  if (!is_mature(record, disease, cut_off)) {
    return fmt::format("not mature: assessed less than {} days ago", outcome.maturity_days);
  }
  const auto standard = std::ranges::find(outcome.reference_standards, record.reference_standard,
                                          &ReferenceStandard::id);
  if (standard == outcome.reference_standards.end() || !standard->trains) {
    return "no reference standard that counts as the truth";
  }
  const std::int64_t days = (start_of(record.observed_on).seconds -
                             start_of(date_of(record.prediction.made_at)).seconds) /
                            kSecondsPerDay;
  if (days < 0) return "outcome older than the assessment";
  if (days > outcome.horizon_days) {
    return fmt::format("outcome later than {} days after the assessment", outcome.horizon_days);
  }
  return std::nullopt;
}

}  // namespace relearn
