#include "learning/metrics/auprc.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "learning/metrics/persons.h"
#include "learning/metrics/ranked_rows.h"

namespace relearn {
namespace {

/// The average precision and what each row adds to its error (n, summing to zero).
struct AveragePrecision {
  double value = 0;
  std::vector<double> influence;
};

/// With T(s), F(s) the numbers of cases and non-cases scored s or more and precision = T / (T + F),
/// the value is the mean precision of the cases. One more row at score s changes it in two ways:
/// as a case by its own precision, and by changing the precision of every case scored s or less.
AveragePrecision average_precision(const RankedRows& ranked,
                                   std::span<const std::uint8_t> outcomes) {
  const std::size_t blocks = ranked.blocks();
  const double cases = std::accumulate(outcomes.begin(), outcomes.end(), 0.0);
  std::vector<double> precision(blocks), if_case(blocks), if_non_case(blocks);
  double T = 0, F = 0, sum = 0;
  for (std::size_t b = blocks; b-- > 0;) {
    double here = 0;
    for (const std::uint32_t row : ranked.block(b)) here += outcomes[row];
    T += here;
    F += static_cast<double>(ranked.block(b).size()) - here;
    precision[b] = T / (T + F);
    if_case[b] = here * F / ((T + F) * (T + F));  // d precision / d T, for each case here
    if_non_case[b] = -here * T / ((T + F) * (T + F));
    sum += here * precision[b];
  }
  AveragePrecision result{sum / cases, std::vector<double>(outcomes.size())};
  double below_if_case = 0, below_if_non_case = 0;
  for (std::size_t b = 0; b < blocks; ++b) {
    below_if_case += if_case[b];
    below_if_non_case += if_non_case[b];
    for (const std::uint32_t row : ranked.block(b)) {
      result.influence[row] = outcomes[row] ? (precision[b] - result.value + below_if_case) / cases
                                            : below_if_non_case / cases;
    }
  }
  return result;
}

std::size_t persons_with_disease(std::span<const std::uint8_t> outcomes,
                                 const PersonIndex& persons) {
  std::vector<bool> has(persons.count, false);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i]) has[persons.of_row[i]] = true;
  }
  return static_cast<std::size_t>(std::count(has.begin(), has.end(), true));
}

}  // namespace

Result<Estimate> auprc(std::span<const std::uint8_t> outcomes, std::span<const double> scores,
                       std::span<const std::uint32_t> persons) {
  TRY(check_scores(outcomes, scores, persons));
  const PersonIndex index = index_persons(persons, scores.size());
  const AveragePrecision average = average_precision(rank_rows(scores), outcomes);
  const double standard_error = std::sqrt(variance_of_sum(index, average.influence));
  if (average.value < 1 && std::isfinite(standard_error)) {
    return logit_interval(average.value, standard_error);
  }
  const auto trials = static_cast<double>(persons_with_disease(outcomes, index));
  return Estimate{average.value, standard_error, wilson_interval(1, trials).low, 1};
}

}  // namespace relearn
