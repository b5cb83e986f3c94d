#include "learning/metrics/classification.h"

#include <cmath>
#include <vector>

#include "learning/metrics/persons.h"

namespace relearn {
namespace {

/// Wilson's interval of the share `success` among the rows that belong. Rows: (outcome, high).
template <typename Belongs, typename Success>
Result<Estimate> share_of(std::span<const std::uint8_t> outcomes, std::span<const double> risks,
                          double threshold, std::span<const std::uint32_t> persons, Belongs belongs,
                          Success success, const char* undefined) {
  TRY(check_risks(outcomes, risks, persons));
  std::vector<double> hit;
  std::vector<std::uint32_t> person;
  double successes = 0;
  for (std::size_t i = 0; i < risks.size(); ++i) {
    const bool high = risks[i] >= threshold, ill = outcomes[i] == 1;
    if (!belongs(ill, high)) continue;
    hit.push_back(success(ill, high) ? 1.0 : 0.0);
    successes += hit.back();
    if (!persons.empty()) person.push_back(persons[i]);
  }
  if (hit.empty()) return not_ready(undefined);
  const double rows = static_cast<double>(hit.size());
  const double share = successes / rows;
  for (double& value : hit) value -= share;
  return wilson_interval(share, rows / design_effect(index_persons(person, hit.size()), hit));
}

}  // namespace

ConfusionCounts count_decisions(std::span<const std::uint8_t> outcomes,
                                std::span<const double> risks, double threshold) {
  ConfusionCounts counts;
  for (std::size_t i = 0; i < risks.size(); ++i) {
    const bool high = risks[i] >= threshold;
    if (outcomes[i]) {
      ++(high ? counts.true_positives : counts.false_negatives);
    } else {
      ++(high ? counts.false_positives : counts.true_negatives);
    }
  }
  return counts;
}

Result<Estimate> sensitivity(std::span<const std::uint8_t> outcomes, std::span<const double> risks,
                             double threshold, std::span<const std::uint32_t> persons) {
  return share_of(
      outcomes, risks, threshold, persons, [](bool ill, bool) { return ill; },
      [](bool, bool high) { return high; }, "undefined: no cases");
}

Result<Estimate> specificity(std::span<const std::uint8_t> outcomes, std::span<const double> risks,
                             double threshold, std::span<const std::uint32_t> persons) {
  return share_of(
      outcomes, risks, threshold, persons, [](bool ill, bool) { return !ill; },
      [](bool, bool high) { return !high; }, "undefined: no non-cases");
}

Result<Estimate> positive_predictive_value(std::span<const std::uint8_t> outcomes,
                                           std::span<const double> risks, double threshold,
                                           std::span<const std::uint32_t> persons) {
  return share_of(
      outcomes, risks, threshold, persons, [](bool, bool high) { return high; },
      [](bool ill, bool) { return ill; }, "undefined: no risk at or above the threshold");
}

Result<Estimate> negative_predictive_value(std::span<const std::uint8_t> outcomes,
                                           std::span<const double> risks, double threshold,
                                           std::span<const std::uint32_t> persons) {
  return share_of(
      outcomes, risks, threshold, persons, [](bool, bool high) { return !high; },
      [](bool ill, bool) { return !ill; }, "undefined: no risk below the threshold");
}

}  // namespace relearn
