#include "learning/metrics/distributions.h"

#include <cmath>
#include <limits>

namespace relearn {
namespace {

constexpr double kPrecision = std::numeric_limits<double>::epsilon();
constexpr double kTiny = 1e-300;  // keeps a continued fraction from dividing by zero
constexpr int kTermsMax = 100'000;

/// std::lgamma writes a global sign; this one does not.
double log_gamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

double gamma_series(double shape, double x) {
  double term = 1 / shape, sum = term;
  for (int k = 1; k < kTermsMax && std::fabs(term) > std::fabs(sum) * kPrecision; ++k) {
    term *= x / (shape + k);
    sum += term;
  }
  return sum;
}

/// Modified Lentz evaluation (Thompson & Barnett 1986, J Comput Phys 64:490) of
/// first + n(1) / (d(1) + n(2) / (d(2) + ...)).
template <typename Numerator, typename Denominator>
double continued_fraction(double first, Numerator numerator, Denominator denominator) {
  const auto nonzero = [](double value) { return std::fabs(value) < kTiny ? kTiny : value; };
  double fraction = nonzero(first), c = fraction, d = 0;
  for (int k = 1; k < kTermsMax; ++k) {
    d = 1 / nonzero(denominator(k) + numerator(k) * d);
    c = nonzero(denominator(k) + numerator(k) / c);
    const double change = c * d;
    fraction *= change;
    if (std::fabs(change - 1) < kPrecision) break;
  }
  return fraction;
}

/// The x at which an increasing cdf reaches the probability, by bisection to the last bit.
template <typename Cdf>
double inverse(Cdf cdf, double probability, double low, double high) {
  for (int step = 0; step < 200; ++step) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) break;
    (cdf(middle) < probability ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace

double incomplete_gamma(double shape, double x) {
  if (x <= 0) return 0;
  const double front = std::exp(shape * std::log(x) - x - log_gamma(shape));
  if (x < shape + 1) return front * gamma_series(shape, x);
  const double fraction = continued_fraction(
      x + 1 - shape, [&](int k) { return -k * (k - shape); },
      [&](int k) { return x + 2 * k + 1 - shape; });
  return 1 - front / fraction;
}

double incomplete_beta(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incomplete_beta(b, a, 1 - x);
  const double front = std::exp(a * std::log(x) + b * std::log1p(-x) + log_gamma(a + b) -
                                log_gamma(a) - log_gamma(b)) /
                       a;
  const double fraction = continued_fraction(
      1.0,
      [&](int k) {
        const int m = k / 2;
        const double step = a + k - 1;
        return k % 2 == 1 ? -(a + m) * (a + b + m) * x / (step * (step + 1))
                          : m * (b - m) * x / (step * (step + 1));
      },
      [](int) { return 1.0; });
  return front / fraction;
}

double chi_squared_cdf(double x, double degrees) { return incomplete_gamma(degrees / 2, x / 2); }

double chi_squared_quantile(double probability, double degrees) {
  double high = degrees + 1;
  while (chi_squared_cdf(high, degrees) < probability) high *= 2;
  return inverse([&](double x) { return chi_squared_cdf(x, degrees); }, probability, 0, high);
}

double student_t_cdf(double t, double degrees) {
  // Each half where it keeps its digits: far out the tail, near 0 the distance from one half.
  const double square = t * t;
  const double tail =
      square > degrees ? 0.5 * incomplete_beta(degrees / 2, 0.5, degrees / (degrees + square))
                       : 0.5 - 0.5 * incomplete_beta(0.5, degrees / 2, square / (degrees + square));
  return t > 0 ? 1 - tail : tail;
}

double student_t_quantile(double probability, double degrees) {
  if (probability > 0.5) return -student_t_quantile(1 - probability, degrees);
  double low = -1;
  while (student_t_cdf(low, degrees) > probability) low *= 2;
  return inverse([&](double t) { return student_t_cdf(t, degrees); }, probability, low, 0);
}

double binomial_cdf(double successes, double trials, double probability) {
  if (successes >= trials) return 1;
  return incomplete_beta(trials - successes, successes + 1, 1 - probability);
}

}  // namespace relearn
