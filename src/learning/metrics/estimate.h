// A number and how far to trust it. All intervals of this program are two-sided 95 % intervals.
#pragma once

namespace relearn {

struct Estimate {
  double value = 0;
  double standard_error = 0;
  double low = 0;
  double high = 0;
};

inline constexpr double kNormal975 = 1.959963984540054;  // normal quantile of 0.975

/// value +- 1.96 standard errors, cut off at the ends of what the metric can be.
struct Bounds {
  double low, high;
};
Estimate normal_interval(double value, double standard_error, Bounds bounds);

/// The same on the scale of log-odds, for what lies between 0 and 1: never leaves it, and is wider
/// towards the middle. A value of 0 or 1, or no standard error, gives the value itself.
Estimate logit_interval(double value, double standard_error);

/// Wilson 1927 (J Am Stat Assoc 22:209): the interval of `share` seen in `trials`, which may be an
/// effective number and so need not be whole. trials > 0.
Estimate wilson_interval(double share, double trials);

}  // namespace relearn
