#include "learning/metrics/brier.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "learning/metrics/persons.h"

namespace relearn {
namespace {

std::vector<double> squared_errors(std::span<const std::uint8_t> outcomes,
                                   std::span<const double> risks) {
  std::vector<double> errors(risks.size());
  for (std::size_t i = 0; i < errors.size(); ++i) {
    errors[i] = (risks[i] - outcomes[i]) * (risks[i] - outcomes[i]);
  }
  return errors;
}

}  // namespace

Result<Estimate> brier(std::span<const std::uint8_t> outcomes, std::span<const double> risks,
                       std::span<const std::uint32_t> persons) {
  TRY(check_risks(outcomes, risks, persons));
  return mean_estimate(index_persons(persons, risks.size()), squared_errors(outcomes, risks),
                       {0, 1});
}

Result<Estimate> scaled_brier(std::span<const std::uint8_t> outcomes, std::span<const double> risks,
                              std::span<const std::uint32_t> persons) {
  TRY(check_risks(outcomes, risks, persons));
  const double n = static_cast<double>(risks.size());
  std::vector<double> influence = squared_errors(outcomes, risks);
  const double score = std::accumulate(influence.begin(), influence.end(), 0.0) / n;
  const double prevalence = std::accumulate(outcomes.begin(), outcomes.end(), 0.0) / n;
  const double spread = prevalence * (1 - prevalence);
  // Derivatives of 1 - score / spread by the mean squared error and by the prevalence.
  for (std::size_t i = 0; i < influence.size(); ++i) {
    influence[i] = -(influence[i] - score) / spread +
                   score * (1 - 2 * prevalence) / (spread * spread) * (outcomes[i] - prevalence);
  }
  const PersonIndex index = index_persons(persons, risks.size());
  return normal_interval(1 - score / spread, std::sqrt(variance_of_sum(index, influence)) / n,
                         {-std::numeric_limits<double>::infinity(), 1});
}

}  // namespace relearn
