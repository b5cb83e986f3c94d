#include "learning/metrics/corrected_t.h"

#include <cmath>

#include "learning/metrics/distributions.h"

namespace relearn {

Result<CorrectedT> corrected_t(std::span<const double> differences, double test_to_train) {
  const double count = static_cast<double>(differences.size());
  if (count < 2) return not_ready("undefined: fewer than two differences");
  double mean = 0, squares = 0;
  for (const double d : differences) mean += d / count;
  for (const double d : differences) squares += (d - mean) * (d - mean);
  const double variance = squares / (count - 1);
  if (variance <= 0) return not_ready("undefined: the differences do not vary");
  CorrectedT test;
  test.t = mean / std::sqrt((1 / count + test_to_train) * variance);
  test.naive_t = mean / std::sqrt(variance / count);
  test.degrees = count - 1;
  test.p_above_zero = student_t_cdf(-test.t, test.degrees);
  return test;
}

}  // namespace relearn
