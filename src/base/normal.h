// The normal and chi-squared distributions, and the logistic function, to double precision.
#pragma once

namespace relearn {

double normal_cdf(double z);
/// Inverse of normal_cdf for p in (0, 1). Wichura 1988, Applied Statistics 37, AS 241 (PPND16).
double normal_quantile(double p);
/// 1 / (1 + exp(-x)), without overflow.
double logistic(double x);
/// log(p / (1 - p)), p clipped to [1e-15, 1 - 1e-15].
double logit(double p);

}  // namespace relearn
