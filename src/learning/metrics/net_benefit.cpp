#include "learning/metrics/net_benefit.h"

#include <fmt/format.h>

#include <limits>

#include "learning/metrics/persons.h"

namespace relearn {
namespace {

constexpr std::size_t kGrid = 41;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// What one row adds to the net benefit, times n.
double benefit_of(double risk, std::uint8_t outcome, double threshold) {
  if (risk < threshold) return 0;
  return outcome ? 1 : -threshold / (1 - threshold);
}

Result<void> check_threshold(double threshold) {
  if (threshold > 0 && threshold < 1) return {};
  return invalid_input(
      fmt::format("threshold of net benefit is {}; it must lie between 0 and 1", threshold));
}

}  // namespace

Result<std::vector<Estimate>> net_benefit_curve(std::span<const std::uint8_t> outcomes,
                                                std::span<const double> risks,
                                                std::span<const double> thresholds,
                                                std::span<const std::uint32_t> persons) {
  TRY(check_risks(outcomes, risks, persons));
  const PersonIndex index = index_persons(persons, risks.size());
  std::vector<double> benefits(risks.size());
  std::vector<Estimate> curve;
  for (const double threshold : thresholds) {
    TRY(check_threshold(threshold));
    for (std::size_t i = 0; i < risks.size(); ++i) {
      benefits[i] = benefit_of(risks[i], outcomes[i], threshold);
    }
    curve.push_back(mean_estimate(index, benefits, {-threshold / (1 - threshold), 1}));
  }
  return curve;
}

Result<Estimate> net_benefit(std::span<const std::uint8_t> outcomes, std::span<const double> risks,
                             double threshold, std::span<const std::uint32_t> persons) {
  return TRY(net_benefit_curve(outcomes, risks, {&threshold, 1}, persons)).front();
}

double net_benefit_of_treating_all(double prevalence, double threshold) {
  return prevalence - (1 - prevalence) * threshold / (1 - threshold);
}

Result<Estimate> net_benefit_difference(std::span<const std::uint8_t> outcomes,
                                        std::span<const double> risks,
                                        std::span<const double> reference, Bounds thresholds,
                                        std::span<const std::uint32_t> persons) {
  TRY(check_risks(outcomes, risks, persons));
  TRY(check_risks(outcomes, reference, persons));
  TRY(check_threshold(thresholds.low));
  TRY(check_threshold(thresholds.high));
  const std::vector<double> grid = threshold_grid(thresholds, kGrid);
  std::vector<double> extra(risks.size(), 0.0);
  for (std::size_t i = 0; i < risks.size(); ++i) {
    for (const double threshold : grid) {
      extra[i] += benefit_of(risks[i], outcomes[i], threshold) -
                  benefit_of(reference[i], outcomes[i], threshold);
    }
    extra[i] /= static_cast<double>(grid.size());
  }
  return mean_estimate(index_persons(persons, risks.size()), extra, {-kInfinity, kInfinity});
}

std::vector<double> threshold_grid(Bounds thresholds, std::size_t count) {
  if (thresholds.low >= thresholds.high) return {thresholds.low};
  std::vector<double> grid;
  for (std::size_t k = 0; k < count; ++k) {
    const double share = static_cast<double>(k) / static_cast<double>(count - 1);
    grid.push_back(thresholds.low + share * (thresholds.high - thresholds.low));
  }
  return grid;
}

}  // namespace relearn
