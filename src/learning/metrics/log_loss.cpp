#include "learning/metrics/log_loss.h"

#include <cmath>
#include <limits>
#include <vector>

#include "learning/metrics/persons.h"
#include "learning/metrics/risk_scale.h"

namespace relearn {

namespace {
constexpr double kInfinity = std::numeric_limits<double>::infinity();
}

double log_loss_of(double risk, std::uint8_t outcome) {
  const double clipped = clipped_risk(risk);
  return outcome ? -std::log(clipped) : -std::log1p(-clipped);
}

Result<Estimate> log_loss(std::span<const std::uint8_t> outcomes, std::span<const double> risks,
                          std::span<const std::uint32_t> persons) {
  TRY(check_risks(outcomes, risks, persons));
  std::vector<double> losses(risks.size());
  for (std::size_t i = 0; i < losses.size(); ++i) losses[i] = log_loss_of(risks[i], outcomes[i]);
  return mean_estimate(index_persons(persons, losses.size()), losses, {0, kInfinity});
}

Result<Estimate> log_loss_difference(std::span<const std::uint8_t> outcomes,
                                     std::span<const double> risks,
                                     std::span<const double> reference,
                                     std::span<const std::uint32_t> persons) {
  TRY(check_risks(outcomes, risks, persons));
  TRY(check_risks(outcomes, reference, persons));
  std::vector<double> extra(risks.size());
  for (std::size_t i = 0; i < extra.size(); ++i) {
    extra[i] = log_loss_of(risks[i], outcomes[i]) - log_loss_of(reference[i], outcomes[i]);
  }
  return mean_estimate(index_persons(persons, extra.size()), extra, {-kInfinity, kInfinity});
}

}  // namespace relearn
