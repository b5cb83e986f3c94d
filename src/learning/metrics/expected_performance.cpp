#include "learning/metrics/expected_performance.h"

#include <fmt/format.h>

#include "learning/metrics/log_loss.h"
#include "learning/metrics/ranked_rows.h"

namespace relearn {
namespace {

Result<void> check(std::span<const double> risks) {
  if (risks.size() < 2) return not_ready("undefined: fewer than two risks");
  for (std::size_t i = 0; i < risks.size(); ++i) {
    if (!(risks[i] >= 0 && risks[i] <= 1)) {
      return invalid_input(
          fmt::format("risk of row {} is {}, outside 0 to 1; is it a percentage or log-odds?",
                      i + 1, risks[i]));
    }
  }
  return {};
}

/// sum over i and j != i of p_i (1 - p_j) psi(p_i, p_j), over the same sum without psi.
Result<double> expected_auroc(std::span<const double> risks) {
  const RankedRows ranked = rank_rows(risks);
  double won = 0, well_below = 0, cases = 0, with_oneself = 0;
  for (std::size_t b = 0; b < ranked.blocks(); ++b) {
    const std::span<const std::uint32_t> rows = ranked.block(b);
    const double risk = risks[rows.front()], count = static_cast<double>(rows.size());
    won += count * risk * (well_below + 0.5 * (count - 1) * (1 - risk));
    well_below += count * (1 - risk);
    cases += count * risk;
    with_oneself += count * risk * (1 - risk);
  }
  const double pairs = cases * well_below - with_oneself;
  if (pairs <= 0) return not_ready("undefined: the risks allow no pair of a case and a non-case");
  return won / pairs;
}

}  // namespace

Result<ExpectedPerformance> expected_performance(std::span<const double> risks, double threshold) {
  TRY(check(risks));
  ExpectedPerformance expected;
  expected.auroc = TRY(expected_auroc(risks));
  double cases = 0, found = 0, cleared = 0;
  for (const double p : risks) {
    cases += p;
    (p >= threshold ? found : cleared) += p >= threshold ? p : 1 - p;
    expected.brier += p * (1 - p);
    expected.log_loss += p * log_loss_of(p, 1) + (1 - p) * log_loss_of(p, 0);
  }
  const double n = static_cast<double>(risks.size());
  expected.accuracy = (found + cleared) / n;
  expected.sensitivity = found / cases;
  expected.specificity = cleared / (n - cases);
  expected.brier /= n;
  expected.log_loss /= n;
  return expected;
}

}  // namespace relearn
