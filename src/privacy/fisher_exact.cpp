#include "privacy/fisher_exact.h"

#include <algorithm>
#include <cmath>

namespace relearn {
namespace {

/// Tables of mathematically equal probability differ by rounding; R's fisher.test allows the same.
constexpr double kRounding = 1 + 1e-7;

double log_choose(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

}  // namespace

double fisher_exact_p(const FourCounts& seen) {
  const std::uint64_t first = seen.both + seen.first_only;
  const std::uint64_t second = seen.both + seen.second_only;
  const std::uint64_t all = first + seen.second_only + seen.neither;
  const std::uint64_t low = first + second > all ? first + second - all : 0;
  const std::uint64_t high = std::min(first, second);
  const auto log_probability = [&](std::uint64_t both) {
    const auto real = [](std::uint64_t count) { return static_cast<double>(count); };
    return log_choose(real(first), real(both)) +
           log_choose(real(all - first), real(second - both)) - log_choose(real(all), real(second));
  };
  const double limit = log_probability(seen.both) + std::log(kRounding);
  double p = 0;
  for (std::uint64_t both = low; both <= high; ++both) {
    const double each = log_probability(both);
    if (each <= limit) p += std::exp(each);
  }
  return std::min(p, 1.0);
}

}  // namespace relearn
