#include "learning/metrics/catalog.h"

#include <array>

#include "learning/metrics/auprc.h"
#include "learning/metrics/auroc.h"
#include "learning/metrics/brier.h"
#include "learning/metrics/calibration.h"
#include "learning/metrics/classification.h"
#include "learning/metrics/flexible_calibration.h"
#include "learning/metrics/log_loss.h"
#include "learning/metrics/net_benefit.h"

namespace relearn {
namespace {

using Input = MetricInput;
using Compute = Result<Estimate>;

template <Result<Estimate> (*metric)(std::span<const std::uint8_t>, std::span<const double>,
                                     std::span<const std::uint32_t>)>
Compute plain(const Input& in) {
  return metric(in.outcomes, in.risks, in.persons);
}

template <Result<Estimate> (*metric)(std::span<const std::uint8_t>, std::span<const double>, double,
                                     std::span<const std::uint32_t>)>
Compute at_threshold(const Input& in) {
  return metric(in.outcomes, in.risks, in.threshold, in.persons);
}

Compute curve_distance(const Input& in) {
  return TRY(calibration_distance(in.outcomes, in.risks, in.persons)).ici;
}

Compute ranking(const Input& in) { return auroc(in.outcomes, in.risks, in.persons); }

using enum Ideal;

// clang-format off
constexpr std::array kCatalog = {
    Metric{"auroc", "AUROC", High, ranking},
    Metric{"auprc", "AUPRC", High, plain<auprc>},
    Metric{"log_loss", "Log loss", Low, plain<log_loss>},
    Metric{"brier", "Brier score", Low, plain<brier>},
    Metric{"scaled_brier", "Scaled Brier score", High, plain<scaled_brier>},
    Metric{"calibration_intercept", "Calibration intercept", Zero, plain<calibration_intercept>},
    Metric{"calibration_slope", "Calibration slope", One, plain<calibration_slope>},
    Metric{"observed_to_expected", "Observed to expected", One, plain<observed_to_expected>},
    Metric{"ici", "Mean distance to calibration curve", Zero, curve_distance},
    Metric{"sensitivity", "Sensitivity", High, at_threshold<sensitivity>},
    Metric{"specificity", "Specificity", High, at_threshold<specificity>},
    Metric{"ppv", "Positive predictive value", High, at_threshold<positive_predictive_value>},
    Metric{"npv", "Negative predictive value", High, at_threshold<negative_predictive_value>},
    Metric{"net_benefit", "Net benefit", High, at_threshold<net_benefit>},
};
// clang-format on

}  // namespace

std::span<const Metric> metric_catalog() { return kCatalog; }

const Metric* find_metric(std::string_view id) {
  for (const Metric& metric : kCatalog) {
    if (metric.id == id) return &metric;
  }
  return nullptr;
}

}  // namespace relearn
