// Two models on the same people, paired: is the one worse than the other, by how much, how sure?
//
// The unit is the person. A person's loss is the mean log loss over their rows, with risks clipped
// to [0.01, 0.99]: so that no verdict hangs on one person whom a model was too sure about.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "clinical/disease_file.h"
#include "learning/metrics/estimate.h"
#include "learning/metrics/mcnemar.h"

namespace relearn {

inline constexpr double kComparedRiskMin = 0.01;

/// Log loss of one row as comparisons take it: 0.01 to 4.6 nats.
double compared_loss(double risk, std::uint8_t outcome);

/// People of whom both models told a risk. n rows.
struct PairedRisks {
  std::vector<std::uint8_t> outcomes;
  std::vector<double> risks;           // of the candidate
  std::vector<double> reference;       // of the model it is compared with
  std::vector<std::uint32_t> persons;  // n; rows of one person share a number

  std::size_t rows() const { return outcomes.size(); }
  void add(std::uint8_t outcome, double risk, double reference_risk, std::uint32_t person);
};

/// One row a person: mean risks, the outcome of most of their rows (a tie counts as disease). In
/// order of first appearance.
PairedRisks one_row_a_person(const PairedRisks& pairs);

/// Differences person by person, and bounds of their mean.
class MeanDifference {
 public:
  /// differences: one a person; cases: whether they are one (the bootstrap draws within class).
  MeanDifference(std::vector<double> differences, std::vector<std::uint8_t> cases);

  std::size_t persons() const { return differences_.size(); }
  double mean() const { return mean_; }
  double standard_error() const { return standard_error_; }
  /// Fewer than 80 people, or differences with a skewness beyond 2: a normal interval is not to be
  /// trusted, and the bounds are the wider of it and 2,000 bootstrap draws.
  bool bootstrapped() const { return !draws_.empty(); }
  /// One-sided: the mean is above (below) it with this probability of error.
  double lower(double error) const;
  double upper(double error) const;
  std::span<const double> differences() const { return differences_; }

 private:
  std::vector<double> differences_;
  double mean_ = 0, standard_error_ = 0;
  std::vector<double> draws_;  // ascending
};

inline constexpr std::size_t kNormalPersonsMin = 80;
inline constexpr double kSkewnessMax = 2;

/// Mean log loss per person of the candidate minus that of the reference: below 0 the candidate is
/// better. NotReady for nobody.
Result<MeanDifference> loss_comparison(const PairedRisks& pairs);

/// Net benefit of the candidate minus that of the reference, the mean of it over the range of
/// thresholds (101 of them), and the 5 % and 95 % quantiles of 2,000 bootstrap draws of people.
struct NetBenefitComparison {
  Estimate difference;
  double quantile_05 = 0, quantile_95 = 0;
};
Result<NetBenefitComparison> net_benefit_comparison(const PairedRisks& pairs, const Range& range);

/// Decisions at a threshold, among cases (persons): whom only one of the two finds.
struct DecisionComparison {
  std::size_t cases = 0, lost = 0, gained = 0;
  double sensitivity = 0, reference_sensitivity = 0;
  double more_lost = 1;  // one-sided exact p (McNemar); 1 when they never disagree
};
DecisionComparison decision_comparison(const PairedRisks& rows, double threshold);

}  // namespace relearn
