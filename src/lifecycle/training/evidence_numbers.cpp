#include "lifecycle/training/evidence_numbers.h"

#include "base/normal.h"
#include "learning/metrics/auroc.h"

namespace relearn {

PeopleCounted count_people(const PairedRisks& people) {
  PeopleCounted counted;
  counted.persons = people.rows();
  for (const std::uint8_t outcome : people.outcomes) counted.cases += outcome;
  counted.non_cases = counted.persons - counted.cases;
  return counted;
}

Result<LossDifference> loss_difference(const PairedRisks& pairs, double look_error) {
  const MeanDifference measured = TRY(loss_comparison(pairs));
  return LossDifference{.mean = measured.mean(),
                        .standard_error = measured.standard_error(),
                        .lower_95 = measured.lower(0.05),
                        .upper_90 = measured.upper(0.10),
                        .upper_95 = measured.upper(0.05),
                        .upper_look = measured.upper(look_error)};
}

Result<AurocDifference> auroc_to(const PairedRisks& pairs, double look_error) {
  const Estimate difference =
      TRY(auroc_difference(pairs.outcomes, pairs.risks, pairs.reference, pairs.persons));
  const auto lower = [&](double error) {
    return difference.value + normal_quantile(error) * difference.standard_error;
  };
  return AurocDifference{difference.value, difference.standard_error, lower(0.05),
                         lower(look_error)};
}

double harm_p(const LossDifference& difference) {
  if (!(difference.standard_error > 0)) return difference.mean > 0 ? 0 : 1;
  return 1 - normal_cdf(difference.mean / difference.standard_error);
}

}  // namespace relearn
