#include "learning/ladder/update_tests.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/normal.h"
#include "base/random.h"
#include "learning/metrics/distributions.h"
#include "learning/metrics/logistic_fit.h"
#include "learning/metrics/persons.h"
#include "learning/metrics/quantile.h"
#include "learning/models/features.h"
#include "learning/models/risk_scorer.h"

namespace relearn {
namespace {

constexpr double kSignificance = 0.05;
constexpr std::size_t kPersonsPerParameter = 10;
constexpr std::size_t kDavisDraws = 1000;
constexpr double kLeftOverMin = 1e-8;  // of a column's variance, or it repeats the ones before

/// The encoded columns that say something new, centred and scaled: Gram-Schmidt decides which.
/// A category's codes add up to one, so that one of them is always superfluous.
std::vector<std::vector<double>> independent_columns(const Features& features) {
  std::vector<std::vector<double>> columns, orthogonal;
  const double n = static_cast<double>(features.rows);
  for (std::size_t j = 0; j < features.columns; ++j) {
    std::vector<double> column(features.rows);
    for (std::size_t i = 0; i < features.rows; ++i) column[i] = features.at(i, j);
    const double mean = std::accumulate(column.begin(), column.end(), 0.0) / n;
    for (double& value : column) value -= mean;
    const double size = std::inner_product(column.begin(), column.end(), column.begin(), 0.0);
    if (!(size > 0)) continue;
    for (double& value : column) value /= std::sqrt(size / n);
    std::vector<double> left = column;
    for (const auto& earlier : orthogonal) {
      const double along = std::inner_product(left.begin(), left.end(), earlier.begin(), 0.0) / n;
      for (std::size_t i = 0; i < left.size(); ++i) left[i] -= along * earlier[i];
    }
    const double rest = std::inner_product(left.begin(), left.end(), left.begin(), 0.0) / n;
    if (rest < kLeftOverMin) continue;
    for (double& value : left) value /= std::sqrt(rest);
    orthogonal.push_back(std::move(left));
    columns.push_back(std::move(column));
  }
  return columns;
}

/// One likelihood to maximise: an intercept, then these columns, beside the offset.
struct Likelihood {
  std::span<const std::uint8_t> outcomes;
  std::span<const double> offset;  // or empty

  double at(std::span<const double> design, std::span<const double> beta) const {
    double sum = 0;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      double z = offset.empty() ? 0.0 : offset[i];
      for (std::size_t j = 0; j < beta.size(); ++j) z += beta[j] * design[i * beta.size() + j];
      sum += (outcomes[i] ? z : 0.0) - (std::max(z, 0.0) + std::log1p(std::exp(-std::fabs(z))));
    }
    return sum;
  }
  Result<double> maximum(std::span<const std::vector<double>> columns) const {
    std::vector<double> design;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      design.push_back(1);
      for (const auto& column : columns) design.push_back(column[i]);
    }
    const LogisticFit fit =
        TRY(fit_logistic(design, offset, outcomes, index_persons({}, outcomes.size())));
    return at(design, fit.coefficients);
  }
};

}  // namespace

Result<ClosedTest> closed_test(const RiskModel& champion, const Cohort& people) {
  const Features features = champion.encoder.encode(people, Filling::Mean);
  const auto columns = independent_columns(features);
  ClosedTest test;
  test.columns = static_cast<unsigned>(columns.size());
  const std::size_t needed = kPersonsPerParameter * (columns.size() + 1);
  if (people.rows() < needed) {
    return not_ready(fmt::format("{} new people; the closed test of {} columns needs {}",
                                 people.rows(), columns.size(), needed));
  }
  const std::vector<double> live = log_odds_of(champion, people);
  const Likelihood beside{people.outcomes, live}, alone{people.outcomes, {}};
  const double keep = beside.at({}, {});
  const double intercept = TRY(beside.maximum({}));
  const std::vector<std::vector<double>> line = {live};
  const double slope = TRY(alone.maximum(line));
  const double revised = TRY(beside.maximum(columns));
  test.against_keep = 2 * (revised - keep);
  test.against_intercept = 2 * (revised - intercept);
  test.against_slope = 2 * (revised - slope);
  const double p = static_cast<double>(columns.size());
  const auto rejected = [](double ratio, double degrees) {
    return ratio >= chi_squared_quantile(1 - kSignificance, std::max(degrees, 1.0));
  };
  test.choice = !rejected(test.against_keep, p + 1)    ? Rung::Keep
                : !rejected(test.against_intercept, p) ? Rung::Intercept
                : !rejected(test.against_slope, p - 1) ? Rung::Slope
                                                       : Rung::RefitWithPrior;
  return test;
}

std::size_t davis_choice(std::span<const std::vector<double>> losses) {
  const std::size_t persons = losses.front().size();
  std::size_t best = 0;
  std::vector<double> sums;
  for (const auto& loss : losses) sums.push_back(std::accumulate(loss.begin(), loss.end(), 0.0));
  best = static_cast<std::size_t>(std::ranges::min_element(sums) - sums.begin());
  for (std::size_t c = 0; c < best; ++c) {
    std::vector<double> draws;
    for (std::size_t draw = 0; draw < kDavisDraws; ++draw) {
      Random random(derive_seed(1, "davis", draw));
      double sum = 0;
      for (std::size_t k = 0; k < persons; ++k) {
        const std::uint64_t person = random.below(persons);
        sum += losses[c][person] - losses[best][person];
      }
      draws.push_back(sum);
    }
    std::sort(draws.begin(), draws.end());
    if (quantile(draws, kSignificance) <= 0) return c;
  }
  return best;
}

}  // namespace relearn
