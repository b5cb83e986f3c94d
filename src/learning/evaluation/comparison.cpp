#include "learning/evaluation/comparison.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/normal.h"
#include "learning/metrics/bootstrap.h"
#include "learning/metrics/net_benefit.h"
#include "learning/metrics/persons.h"
#include "learning/metrics/quantile.h"

namespace relearn {
namespace {

constexpr std::size_t kThresholds = 101;
constexpr double kLowQuantile = 0.05;

double skewness(std::span<const double> values, double mean) {
  double squares = 0, cubes = 0;
  for (const double value : values) {
    squares += (value - mean) * (value - mean);
    cubes += std::pow(value - mean, 3);
  }
  const double n = static_cast<double>(values.size());
  return squares > 0 ? cubes / n / std::pow(squares / n, 1.5) : 0;
}

double mean_of_draw(std::span<const double> values, std::span<const std::uint32_t> times) {
  double sum = 0, count = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum += times[i] * values[i];
    count += times[i];
  }
  return sum / count;
}

/// What one row adds to the net benefit, averaged over the thresholds.
double row_benefit(double risk, std::uint8_t outcome, std::span<const double> thresholds) {
  double sum = 0;
  for (const double threshold : thresholds) {
    if (risk >= threshold) sum += outcome ? 1.0 : -threshold / (1 - threshold);
  }
  return sum / static_cast<double>(thresholds.size());
}

}  // namespace

double compared_loss(double risk, std::uint8_t outcome) {
  const double p = std::clamp(risk, kComparedRiskMin, 1 - kComparedRiskMin);
  return -std::log(outcome ? p : 1 - p);
}

void PairedRisks::add(std::uint8_t outcome, double risk, double reference_risk,
                      std::uint32_t person) {
  outcomes.push_back(outcome);
  risks.push_back(risk);
  reference.push_back(reference_risk);
  persons.push_back(person);
}

PairedRisks one_row_a_person(const PairedRisks& pairs) {
  const PersonIndex persons = index_persons(pairs.persons, pairs.rows());
  std::vector<double> risk(persons.count, 0.0), reference(persons.count, 0.0);
  std::vector<int> rows(persons.count, 0), ill(persons.count, 0);
  std::vector<std::uint32_t> name(persons.count, 0);
  for (std::size_t i = 0; i < pairs.rows(); ++i) {
    const std::uint32_t person = persons.of_row[i];
    risk[person] += pairs.risks[i];
    reference[person] += pairs.reference[i];
    ill[person] += pairs.outcomes[i];
    if (rows[person]++ == 0) name[person] = pairs.persons[i];
  }
  PairedRisks people;
  for (std::size_t p = 0; p < persons.count; ++p) {
    people.add(2 * ill[p] >= rows[p], risk[p] / rows[p], reference[p] / rows[p], name[p]);
  }
  return people;
}

MeanDifference::MeanDifference(std::vector<double> differences, std::vector<std::uint8_t> cases)
    : differences_(std::move(differences)) {
  const double n = static_cast<double>(differences_.size());
  mean_ = std::accumulate(differences_.begin(), differences_.end(), 0.0) / n;
  double squares = 0;
  for (const double value : differences_) squares += (value - mean_) * (value - mean_);
  standard_error_ = n > 1 ? std::sqrt(squares / (n - 1) / n) : 0;
  if (differences_.size() >= kNormalPersonsMin &&
      std::fabs(skewness(differences_, mean_)) <= kSkewnessMax) {
    return;
  }
  draws_ = bootstrap_statistics(
      cases, index_persons({}, differences_.size()),
      [&](std::span<const std::uint32_t> times) { return mean_of_draw(differences_, times); });
  std::sort(draws_.begin(), draws_.end());
}

double MeanDifference::lower(double error) const {
  const double normal = mean_ + normal_quantile(error) * standard_error_;
  return bootstrapped() ? std::min(normal, quantile(draws_, error)) : normal;
}

double MeanDifference::upper(double error) const {
  const double normal = mean_ - normal_quantile(error) * standard_error_;
  return bootstrapped() ? std::max(normal, quantile(draws_, 1 - error)) : normal;
}

Result<MeanDifference> loss_comparison(const PairedRisks& pairs) {
  if (pairs.rows() == 0) return not_ready("there is nobody on whom the two models can be compared");
  const PersonIndex persons = index_persons(pairs.persons, pairs.rows());
  std::vector<double> difference(persons.count, 0.0);
  std::vector<int> rows(persons.count, 0), ill(persons.count, 0);
  for (std::size_t i = 0; i < pairs.rows(); ++i) {
    const std::uint32_t person = persons.of_row[i];
    difference[person] += compared_loss(pairs.risks[i], pairs.outcomes[i]) -
                          compared_loss(pairs.reference[i], pairs.outcomes[i]);
    ++rows[person];
    ill[person] += pairs.outcomes[i];
  }
  std::vector<std::uint8_t> cases;
  for (std::size_t p = 0; p < persons.count; ++p) {
    difference[p] /= rows[p];
    cases.push_back(2 * ill[p] >= rows[p]);
  }
  return MeanDifference(std::move(difference), std::move(cases));
}

Result<NetBenefitComparison> net_benefit_comparison(const PairedRisks& pairs, const Range& range) {
  NetBenefitComparison result;
  result.difference = TRY(net_benefit_difference(pairs.outcomes, pairs.risks, pairs.reference,
                                                 {range.low, range.high}, pairs.persons));
  const std::vector<double> thresholds = threshold_grid({range.low, range.high}, kThresholds);
  std::vector<double> benefit;
  for (std::size_t i = 0; i < pairs.rows(); ++i) {
    benefit.push_back(row_benefit(pairs.risks[i], pairs.outcomes[i], thresholds) -
                      row_benefit(pairs.reference[i], pairs.outcomes[i], thresholds));
  }
  std::vector<double> draws = bootstrap_statistics(
      pairs.outcomes, index_persons(pairs.persons, pairs.rows()),
      [&](std::span<const std::uint32_t> times) { return mean_of_draw(benefit, times); });
  std::sort(draws.begin(), draws.end());
  result.quantile_05 = quantile(draws, kLowQuantile);
  result.quantile_95 = quantile(draws, 1 - kLowQuantile);
  return result;
}

DecisionComparison decision_comparison(const PairedRisks& rows, double threshold) {
  const PairedRisks pairs = one_row_a_person(rows);
  DecisionComparison result;
  std::size_t found = 0, reference_found = 0;
  for (std::size_t i = 0; i < pairs.rows(); ++i) {
    if (pairs.outcomes[i] == 0) continue;
    const bool now = pairs.risks[i] >= threshold, before = pairs.reference[i] >= threshold;
    ++result.cases;
    found += now;
    reference_found += before;
    result.lost += before && !now;
    result.gained += now && !before;
  }
  if (result.cases == 0) return result;
  result.sensitivity = static_cast<double>(found) / static_cast<double>(result.cases);
  result.reference_sensitivity =
      static_cast<double>(reference_found) / static_cast<double>(result.cases);
  if (const auto test = mcnemar(result.lost, result.gained); test.ok()) {
    result.more_lost = test.value().more_lost;
  }
  return result;
}

}  // namespace relearn
