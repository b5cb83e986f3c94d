// Student's t, chi-squared and binomial distributions, to about 12 digits.
#pragma once

namespace relearn {

/// Regularised incomplete gamma P(shape, x): series below shape + 1, continued fraction above
/// (Abramowitz & Stegun 1964, 6.5.29 and 6.5.31). shape > 0, x >= 0.
double incomplete_gamma(double shape, double x);

/// Regularised incomplete beta I_x(a, b), by the continued fraction 26.5.8 of the same book.
/// a, b > 0, x in [0, 1].
double incomplete_beta(double a, double b, double x);

double chi_squared_cdf(double x, double degrees);
double chi_squared_quantile(double probability, double degrees);  // probability in (0, 1)

double student_t_cdf(double t, double degrees);
double student_t_quantile(double probability, double degrees);  // probability in (0, 1)

/// P(X <= successes), X binomial; 0 <= successes <= trials.
double binomial_cdf(double successes, double trials, double probability);

}  // namespace relearn
