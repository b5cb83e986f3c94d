// A logistic regression of a few columns by maximum likelihood, for measuring calibration. Not a
// model family: no penalty, no missing values, at most a handful of coefficients.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "learning/metrics/persons.h"

namespace relearn {

struct LogisticFit {
  std::vector<double> coefficients;  // p
  std::vector<double> covariance;    // p x p

  double variance(std::size_t j) const { return covariance[j * coefficients.size() + j]; }
};

/// design: n x p, row-major, of full rank; offset: n, or empty. Newton with halved steps.
/// Covariance: the inverse information; with repeated persons the sandwich estimator that takes
/// each person's rows together (Liang & Zeger 1986, Biometrika 73:13). NotReady when there is no
/// finite maximum, because the columns separate the classes.
Result<LogisticFit> fit_logistic(std::span<const double> design, std::span<const double> offset,
                                 std::span<const std::uint8_t> outcomes,
                                 const PersonIndex& persons);

}  // namespace relearn
