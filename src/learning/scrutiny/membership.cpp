#include "learning/scrutiny/membership.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "base/random.h"
#include "learning/metrics/auroc.h"
#include "learning/metrics/quantile.h"
#include "learning/models/risk_scorer.h"
#include "learning/scrutiny/person_sets.h"

namespace relearn {
namespace {

constexpr double kOneSided95 = 1.6448536269514722;

/// One shadow model: whom it learnt from, and phi of everybody. n rows each.
struct Shadow {
  std::vector<std::uint8_t> member;
  std::vector<double> phi;
};

/// Members of one random half; a class of odd size gives its last person by lot.
std::vector<std::uint8_t> random_half(const PersonSets& sets, std::size_t rows,
                                      std::uint64_t seed) {
  Random random(seed);
  std::vector<std::uint8_t> member(rows, 0);
  for (std::vector<std::uint32_t> persons : sets.of_class) {
    random.shuffle(std::span(persons));
    const std::size_t half = (persons.size() + random.below(2)) / 2;
    for (std::size_t k = 0; k < half; ++k) {
      for (const std::uint32_t row : sets.rows_of[persons[k]]) member[row] = 1;
    }
  }
  return member;
}

Result<void> fit_shadow(const Cohort& people, const Refit& refit, std::uint64_t seed,
                        Shadow& shadow) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < people.rows(); ++row) {
    if (shadow.member[row]) rows.push_back(row);
  }
  const RiskModel model = TRY(refit(take_rows(people, rows), seed));
  shadow.phi = log_odds_of(model, people);
  for (std::size_t i = 0; i < shadow.phi.size(); ++i) {
    if (people.outcomes[i] == 0) shadow.phi[i] = -shadow.phi[i];
  }
  return {};
}

/// Count, sum and sum of squares of phi, of the models with (1) and without (0) the person.
struct Moments {
  double count[2] = {0, 0}, sum[2] = {0, 0}, squares[2] = {0, 0};

  void add(std::uint8_t member, double phi, double sign) {
    count[member] += sign;
    sum[member] += sign * phi;
    squares[member] += sign * phi * phi;
  }
};

/// Everything that was seen, pooled over targets: who was a member, and the attacks' scores.
struct Pool {
  std::vector<std::uint8_t> member;
  std::vector<double> loss_scores, lira_scores;
  std::vector<std::uint32_t> persons;
};

Pool attack(const PersonSets& sets, std::span<const Shadow> shadows) {
  const std::size_t n = shadows.front().phi.size();
  std::vector<Moments> moments(n);
  for (const Shadow& shadow : shadows) {
    for (std::size_t i = 0; i < n; ++i) moments[i].add(shadow.member[i], shadow.phi[i], 1);
  }
  double deviance[2] = {0, 0}, degrees[2] = {0, 0};
  for (const Moments& m : moments) {
    for (const int in : {0, 1}) {
      deviance[in] += std::max(0.0, m.squares[in] - m.sum[in] * m.sum[in] / m.count[in]);
      degrees[in] += m.count[in] - 1;
    }
  }
  // Models that never differ have no spread; anything above 0 then says that nothing is known.
  const double variance[2] = {std::max(deviance[0] / degrees[0], 1e-12),
                              std::max(deviance[1] / degrees[1], 1e-12)};
  Pool pool;
  for (const Shadow& target : shadows) {
    for (std::size_t i = 0; i < n; ++i) {
      Moments others = moments[i];
      others.add(target.member[i], target.phi[i], -1);
      const auto log_density = [&](int in) {
        const double away = target.phi[i] - others.sum[in] / others.count[in];
        return -0.5 * std::log(variance[in]) - away * away / (2 * variance[in]);
      };
      pool.member.push_back(target.member[i]);
      pool.loss_scores.push_back(target.phi[i]);
      pool.lira_scores.push_back(log_density(1) - log_density(0));
      pool.persons.push_back(sets.index.of_row[i]);
    }
  }
  return pool;
}

/// Share of members above all but a hundredth of the others.
double found_at_few_alarms(const Pool& pool) {
  std::vector<double> others;
  for (std::size_t i = 0; i < pool.member.size(); ++i) {
    if (pool.member[i] == 0) others.push_back(pool.lira_scores[i]);
  }
  std::sort(others.begin(), others.end());
  const double limit = quantile(others, 1 - kFalseAlarms);
  double found = 0, members = 0;
  for (std::size_t i = 0; i < pool.member.size(); ++i) {
    if (pool.member[i] == 0) continue;
    ++members;
    found += pool.lira_scores[i] > limit;
  }
  return found / members;
}

}  // namespace

Result<Membership> measure_membership(const Cohort& people, const Refit& refit,
                                      const ScrutinyOptions& options, const CancelToken& cancel) {
  if (options.fits < kShadowModelsMin || options.fits % 2 != 0) {
    return invalid_input(fmt::format("{} shadow models; an even number of at least {} is needed",
                                     options.fits, kShadowModelsMin));
  }
  const PersonSets sets = person_sets(people);
  std::vector<Shadow> shadows(options.fits);
  for (std::size_t s = 0; s < shadows.size(); s += 2) {
    shadows[s].member =
        random_half(sets, people.rows(), derive_seed(options.seed, "shadow half", s));
    for (const std::uint8_t in : shadows[s].member) shadows[s + 1].member.push_back(1 - in);
  }
  TRY(parallel_for(shadows.size(), options.threads, cancel, [&](std::size_t s) {
    return fit_shadow(people, refit, derive_seed(options.seed, "shadow model", s), shadows[s]);
  }));
  const Pool pool = attack(sets, shadows);
  const Estimate loss =
      TRY(auroc(pool.member, pool.loss_scores, pool.persons, IntervalMethod::Asymptotic));
  const Estimate lira =
      TRY(auroc(pool.member, pool.lira_scores, pool.persons, IntervalMethod::Asymptotic));
  return Membership{.shadow_models = shadows.size(),
                    .loss_auroc = loss.value,
                    .loss_auroc_upper = loss.value + kOneSided95 * loss.standard_error,
                    .lira_auroc = lira.value,
                    .lira_true_positives = found_at_few_alarms(pool)};
}

}  // namespace relearn
