#include "learning/scrutiny/stability.h"

#include <algorithm>
#include <cmath>

#include "base/normal.h"
#include "base/parallel.h"
#include "base/random.h"
#include "learning/metrics/quantile.h"
#include "learning/models/risk_scorer.h"
#include "learning/scrutiny/person_sets.h"

namespace relearn {
namespace {

constexpr double kHighPercentile = 0.95;

std::vector<std::uint32_t> drawn_rows(const PersonSets& sets, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::uint32_t> rows;
  for (const auto& members : sets.of_class) {
    for (std::size_t k = 0; k < members.size(); ++k) {
      const auto& own = sets.rows_of[members[random.below(members.size())]];
      rows.insert(rows.end(), own.begin(), own.end());
    }
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

/// |risk of the refit - own risk| for every row of `people`.
Result<void> change_of_a_refit(const Cohort& people, std::span<const std::uint32_t> drawn,
                               std::span<const double> own, const Refit& refit, std::uint64_t seed,
                               std::vector<double>& change) {
  const RiskModel other = TRY(refit(take_rows(people, drawn), seed));
  change = log_odds_of(other, people);
  for (std::size_t i = 0; i < own.size(); ++i) {
    change[i] = std::fabs(logistic(change[i]) - logistic(own[i]));
  }
  return {};
}

}  // namespace

Result<Stability> measure_stability(const Cohort& people, const RiskModel& model,
                                    const Refit& refit, const ScrutinyOptions& options,
                                    const CancelToken& cancel) {
  const PersonSets sets = person_sets(people);
  const std::vector<double> own = log_odds_of(model, people);
  std::vector<std::vector<double>> changes(options.fits);
  TRY(parallel_for(options.fits, options.threads, cancel, [&](std::size_t b) {
    const std::uint64_t draw = derive_seed(options.seed, "stability", b);
    return change_of_a_refit(people, drawn_rows(sets, draw), own, refit, draw, changes[b]);
  }));
  std::vector<double> mean(sets.index.count, 0.0);
  for (const auto& change : changes) {
    for (std::size_t i = 0; i < change.size(); ++i) {
      const std::uint32_t person = sets.index.of_row[i];
      mean[person] += change[i] / static_cast<double>(sets.rows_of[person].size()) /
                      static_cast<double>(options.fits);
    }
  }
  std::sort(mean.begin(), mean.end());
  Stability stability{.refits = options.fits};
  for (const double change : mean) stability.mean_change += change;
  stability.mean_change /= static_cast<double>(mean.size());
  stability.change_95th = quantile(mean, kHighPercentile);
  return stability;
}

}  // namespace relearn
