#include "base/normal.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace relearn {
namespace {

// AS 241, PPND16: coefficients of the two polynomials of each region, constant term first.
using Coefficients = std::array<double, 8>;
constexpr Coefficients kCentreTop = {
    3.387132872796366608,  133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
    45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727};
constexpr Coefficients kCentreBottom = {1.0,
                                        42.313330701600911252,
                                        687.1870074920579083,
                                        5394.1960214247511077,
                                        21213.794301586595867,
                                        39307.89580009271061,
                                        28729.085735721942674,
                                        5226.495278852545925};
constexpr Coefficients kTailTop = {1.42343711074968357734,   4.6303378461565452959,
                                   5.7694972214606914055,    3.64784832476320460504,
                                   1.27045825245236838258,   0.24178072517745061177,
                                   0.0227238449892691845833, 7.7454501427834140764e-4};
constexpr Coefficients kTailBottom = {1.0,
                                      2.05319162663775882187,
                                      1.6763848301838038494,
                                      0.68976733498510000455,
                                      0.14810397642748007459,
                                      0.0151986665636164571966,
                                      5.475938084995344946e-4,
                                      1.05075007164441684324e-9};
constexpr Coefficients kFarTop = {6.6579046435011037772,     5.4637849111641143699,
                                  1.7848265399172913358,     0.29656057182850489123,
                                  0.026532189526576123093,   0.0012426609473880784386,
                                  2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr Coefficients kFarBottom = {1.0,
                                     0.59983220655588793769,
                                     0.13692988092273580531,
                                     0.0148753612908506148525,
                                     7.868691311456132591e-4,
                                     1.8463183175100546818e-5,
                                     1.4215117583164458887e-7,
                                     2.04426310338993978564e-15};

double polynomial(const Coefficients& coefficients, double x) {
  double value = coefficients[7];
  for (std::size_t k = 7; k-- > 0;) value = value * x + coefficients[k];
  return value;
}

}  // namespace

double normal_cdf(double z) { return 0.5 * std::erfc(-z * M_SQRT1_2); }

double normal_quantile(double p) {
  const double q = p - 0.5;
  if (std::fabs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(kCentreTop, r) / polynomial(kCentreBottom, r);
  }
  const double r = std::sqrt(-std::log(q < 0 ? p : 1 - p));
  const double value = r <= 5 ? polynomial(kTailTop, r - 1.6) / polynomial(kTailBottom, r - 1.6)
                              : polynomial(kFarTop, r - 5) / polynomial(kFarBottom, r - 5);
  return q < 0 ? -value : value;
}

double logistic(double x) {
  if (x >= 0) return 1.0 / (1.0 + std::exp(-x));
  const double e = std::exp(x);
  return e / (1.0 + e);
}

double logit(double p) {
  const double clipped = std::clamp(p, 1e-15, 1 - 1e-15);
  return std::log(clipped / (1 - clipped));
}

}  // namespace relearn
