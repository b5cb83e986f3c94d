#include "learning/metrics/auroc.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "learning/metrics/bootstrap.h"
#include "learning/metrics/persons.h"
#include "learning/metrics/ranked_rows.h"

namespace relearn {
namespace {

constexpr std::size_t kPairedPersonsMin = 50;
constexpr double kNearlyPerfect = 0.95;

/// AUROC when row i was drawn times[i] times.
double drawn_auroc(const RankedRows& ranked, std::span<const std::uint8_t> outcomes,
                   std::span<const std::uint32_t> times) {
  double cases = 0, non_cases = 0, won = 0;
  for (std::size_t b = 0; b < ranked.blocks(); ++b) {
    std::array<double, 2> here{};
    for (const std::uint32_t row : ranked.block(b)) here[outcomes[row]] += times[row];
    won += here[1] * (non_cases + 0.5 * here[0]);
    non_cases += here[0];
    cases += here[1];
  }
  return won / (cases * non_cases);
}

/// The placements of DeLong 1988 (V10 and V01), less their mean, the AUROC.
struct Placements {
  double auroc = 0;
  std::array<std::size_t, 2> count{};  // rows of non-cases, of cases
  std::vector<double> centred;         // n: share of the other class on the right side - auroc
};

Placements place(const RankedRows& ranked, std::span<const std::uint8_t> outcomes) {
  Placements placed;
  for (const std::uint8_t outcome : outcomes) ++placed.count[outcome];
  const auto share = [&](double won, int of_class) {
    return won / static_cast<double>(placed.count[static_cast<std::size_t>(of_class)]);
  };
  placed.centred.resize(outcomes.size());
  std::array<double, 2> below{};
  double won = 0;
  for (std::size_t b = 0; b < ranked.blocks(); ++b) {
    const std::span<const std::uint32_t> rows = ranked.block(b);
    std::array<double, 2> here{};
    for (const std::uint32_t row : rows) ++here[outcomes[row]];
    const double case_share = share(below[0] + 0.5 * here[0], 0);
    const double non_case_share = 1 - share(below[1] + 0.5 * here[1], 1);
    for (const std::uint32_t row : rows) {
      placed.centred[row] = outcomes[row] ? case_share : non_case_share;
    }
    won += here[1] * (below[0] + 0.5 * here[0]);
    below[0] += here[0];
    below[1] += here[1];
  }
  placed.auroc = won / (below[0] * below[1]);
  for (double& value : placed.centred) value -= placed.auroc;
  return placed;
}

/// What each person adds to the AUROC's error, by class.
struct Influence {
  std::array<std::vector<double>, 2> by_class;  // persons; 0 for who has no row of the class
  std::array<std::size_t, 2> persons{};         // who have rows of the class

  std::vector<double> total() const {
    std::vector<double> sum = by_class[0];
    for (std::size_t p = 0; p < sum.size(); ++p) sum[p] += by_class[1][p];
    return sum;
  }
};

Influence influence_of(std::span<const double> centred, std::array<std::size_t, 2> count,
                       std::span<const std::uint8_t> outcomes, const PersonIndex& persons) {
  Influence influence;
  std::array<std::vector<bool>, 2> has;
  for (std::size_t c = 0; c < 2; ++c) {
    influence.by_class[c].assign(persons.count, 0.0);
    has[c].assign(persons.count, false);
  }
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const std::uint32_t person = persons.of_row[i];
    const std::size_t c = outcomes[i];
    influence.by_class[c][person] += centred[i] / static_cast<double>(count[c]);
    has[c][person] = true;
  }
  for (std::size_t c = 0; c < 2; ++c) {
    influence.persons[c] = static_cast<std::size_t>(std::count(has[c].begin(), has[c].end(), true));
  }
  return influence;
}

/// Obuchowski 1997; without repeated rows it is DeLong's. Both classes need two persons.
double variance(const Influence& influence) {
  std::array<double, 2> squares{};
  double products = 0;
  const std::size_t persons = influence.by_class[0].size();
  for (std::size_t p = 0; p < persons; ++p) {
    for (std::size_t c = 0; c < 2; ++c) {
      squares[c] += influence.by_class[c][p] * influence.by_class[c][p];
    }
    products += influence.by_class[0][p] * influence.by_class[1][p];
  }
  const auto corrected = [](double sum, std::size_t count) {
    return sum * static_cast<double>(count) / static_cast<double>(count - 1);
  };
  return std::max(0.0, corrected(squares[0], influence.persons[0]) +
                           corrected(squares[1], influence.persons[1]) +
                           2 * corrected(products, persons));
}

/// Newcombe 2006, method 5: all values whose own standard error reaches the one seen.
Bounds newcombe_interval(double value, double cases, double non_cases) {
  const auto end = [&](double outside) {
    double far = outside, near = value;  // `near` is inside the interval
    if (far == near) return value;
    for (int step = 0; step < 60; ++step) {
      const double middle = 0.5 * (far + near);
      const double reach = kNormal975 * newcombe_standard_error(middle, cases, non_cases);
      (std::fabs(middle - value) <= reach ? near : far) = middle;
    }
    return near;
  };
  return {end(0.0), end(1.0)};
}

bool few(const Influence& influence) {
  return std::min(influence.persons[0], influence.persons[1]) < kAsymptoticPersonsMin;
}

}  // namespace

double newcombe_standard_error(double auroc, double cases, double non_cases) {
  const double half = (cases + non_cases) / 2 - 1;
  const double factor = 1 + half * (1 - auroc) / (2 - auroc) + half * auroc / (1 + auroc);
  return std::sqrt(auroc * (1 - auroc) * factor / (cases * non_cases));
}

Result<Estimate> auroc(std::span<const std::uint8_t> outcomes, std::span<const double> scores,
                       std::span<const std::uint32_t> persons, IntervalMethod method) {
  TRY(check_scores(outcomes, scores, persons));
  const PersonIndex index = index_persons(persons, outcomes.size());
  const RankedRows ranked = rank_rows(scores);
  const Placements placed = place(ranked, outcomes);
  const Influence influence = influence_of(placed.centred, placed.count, outcomes, index);

  Estimate estimate{placed.auroc, 0, placed.auroc, placed.auroc};
  const auto cases = static_cast<double>(influence.persons[1]);
  const auto non_cases = static_cast<double>(influence.persons[0]);
  const bool alone = cases < 2 || non_cases < 2;
  estimate.standard_error = alone ? newcombe_standard_error(placed.auroc, cases, non_cases)
                                  : std::sqrt(variance(influence));
  if (alone || estimate.standard_error == 0) {
    const Bounds bounds = newcombe_interval(placed.auroc, cases, non_cases);
    estimate.low = bounds.low;
    estimate.high = bounds.high;
    return estimate;
  }
  if (method == IntervalMethod::Bootstrap || (method == IntervalMethod::BySize && few(influence))) {
    const auto statistics = bootstrap_statistics(
        outcomes, index, [&](auto times) { return drawn_auroc(ranked, outcomes, times); });
    if (!statistics.empty()) {
      const Bounds bounds = bca_interval(placed.auroc, statistics, influence.total());
      estimate.low = bounds.low;
      estimate.high = bounds.high;
      return estimate;
    }
  }
  return logit_interval(placed.auroc, estimate.standard_error);
}

Result<Estimate> auroc_difference(std::span<const std::uint8_t> outcomes,
                                  std::span<const double> scores, std::span<const double> reference,
                                  std::span<const std::uint32_t> persons, IntervalMethod method) {
  TRY(check_scores(outcomes, scores, persons));
  TRY(check_scores(outcomes, reference, persons));
  const PersonIndex index = index_persons(persons, outcomes.size());
  const RankedRows ranked = rank_rows(scores), ranked_reference = rank_rows(reference);
  const Placements placed = place(ranked, outcomes);
  const Placements placed_reference = place(ranked_reference, outcomes);
  std::vector<double> centred = placed.centred;
  for (std::size_t i = 0; i < centred.size(); ++i) centred[i] -= placed_reference.centred[i];
  const Influence influence = influence_of(centred, placed.count, outcomes, index);
  if (influence.persons[0] < 2 || influence.persons[1] < 2) {
    return not_ready("undefined: fewer than two persons in a class");
  }

  const double value = placed.auroc - placed_reference.auroc;
  const double standard_error = std::sqrt(variance(influence));
  const bool too_few = index.count < kPairedPersonsMin || few(influence) ||
                       std::max(placed.auroc, placed_reference.auroc) > kNearlyPerfect;
  const bool draw = method == IntervalMethod::Bootstrap ||
                    (method == IntervalMethod::BySize && too_few && standard_error > 0);
  if (!draw) return normal_interval(value, standard_error, {-1, 1});
  const auto statistics = bootstrap_statistics(outcomes, index, [&](auto times) {
    return drawn_auroc(ranked, outcomes, times) - drawn_auroc(ranked_reference, outcomes, times);
  });
  if (statistics.empty()) return normal_interval(value, standard_error, {-1, 1});
  const Bounds bounds = bca_interval(value, statistics, influence.total());
  return Estimate{value, standard_error, bounds.low, bounds.high};
}

}  // namespace relearn
