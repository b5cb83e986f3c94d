#include "learning/metrics/sample_size.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/normal.h"
#include "learning/metrics/estimate.h"

namespace relearn {
namespace {

constexpr double kShrinkage = 0.9;
constexpr double kOptimismMax = 0.05;
constexpr double kMargin = 0.05;

double log_likelihood_without(double prevalence) {
  return prevalence * std::log(prevalence) + (1 - prevalence) * std::log1p(-prevalence);
}

double size_for_shrinkage(double parameters, double r_squared, double shrinkage) {
  return std::ceil(parameters / ((shrinkage - 1) * std::log(1 - r_squared / shrinkage)));
}

Result<void> check_prevalence(double prevalence) {
  if (prevalence > 0 && prevalence < 1) return {};
  return invalid_input(
      fmt::format("prevalence is {}; sample size needs one between 0 and 1", prevalence));
}

}  // namespace

double SampleSize::needed() const {
  return std::max({for_shrinkage, for_optimism, for_overall_risk});
}

Result<SampleSize> sample_size(const SampleSizeQuestion& question) {
  TRY(check_prevalence(question.prevalence));
  SampleSize size;
  size.r_squared_max = 1 - std::exp(2 * log_likelihood_without(question.prevalence));
  if (!(question.r_squared > 0 && question.r_squared < size.r_squared_max)) {
    return invalid_input(
        fmt::format("anticipated R2 is {}; at a prevalence of {} it lies between "
                    "0 and {:.3f}",
                    question.r_squared, question.prevalence, size.r_squared_max));
  }
  const double parameters = question.parameters, phi = question.prevalence;
  size.shrinkage_needed =
      question.r_squared / (question.r_squared + kOptimismMax * size.r_squared_max);
  // R2 / S must stay below 1: an R2 that high needs no shrinkage worth a criterion.
  const double s = std::max(kShrinkage, question.r_squared * (1 + 1e-9));
  size.for_shrinkage = size_for_shrinkage(parameters, question.r_squared, s);
  size.for_optimism = size_for_shrinkage(parameters, question.r_squared, size.shrinkage_needed);
  size.for_overall_risk =
      std::ceil(kNormal975 * kNormal975 / (kMargin * kMargin) * phi * (1 - phi));
  return size;
}

Result<double> r_squared_of_auroc(double auroc, double prevalence) {
  TRY(check_prevalence(prevalence));
  if (!(auroc > 0.5 && auroc < 1)) {
    return invalid_input(
        fmt::format("anticipated AUROC is {}; it must lie between 0.5 and 1", auroc));
  }
  // Cases are N(shift, 1), non-cases N(0, 1), so the true log-odds are linear and the fitted
  // logistic regression of infinitely many people is the truth: its log-likelihood a person is the
  // integral of p ln p + (1 - p) ln(1 - p) over the mixture. Trapezoids converge faster than any
  // power of the step here (Trefethen & Weideman 2014, SIAM Review 56:385).
  constexpr double kReach = 12, kStep = 0.005;
  const double shift = std::numbers::sqrt2 * normal_quantile(auroc);
  const double intercept = std::log(prevalence / (1 - prevalence)) - shift * shift / 2;
  const auto density = [](double z) {
    return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
  };
  double log_likelihood = 0;
  const auto points = static_cast<int>((shift + 2 * kReach) / kStep);
  for (int k = 0; k <= points; ++k) {
    const double x = -kReach + k * kStep;
    const double risk = logistic(intercept + shift * x);
    const double weight = prevalence * density(x - shift) + (1 - prevalence) * density(x);
    const double entropy =
        (risk > 0 ? risk * std::log(risk) : 0) + (risk < 1 ? (1 - risk) * std::log1p(-risk) : 0);
    log_likelihood += kStep * weight * entropy;
  }
  return 1 - std::exp(-2 * (log_likelihood - log_likelihood_without(prevalence)));
}

}  // namespace relearn
