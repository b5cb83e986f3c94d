#include "learning/metrics/mcnemar.h"

#include <algorithm>

#include "learning/metrics/distributions.h"

namespace relearn {

Result<McNemar> mcnemar(std::size_t lost, std::size_t gained) {
  const double trials = static_cast<double>(lost + gained);
  if (trials == 0) return not_ready("undefined: the models never disagree");
  const double fewer = static_cast<double>(std::min(lost, gained));
  const auto at_most = [&](double count) {
    return count < 0 ? 0.0 : binomial_cdf(count, trials, 0.5);
  };
  McNemar test;
  test.exact = std::min(1.0, 2 * at_most(fewer));
  test.mid_p = std::min(1.0, at_most(fewer) + at_most(fewer - 1));
  test.more_lost = at_most(static_cast<double>(gained));
  return test;
}

}  // namespace relearn
