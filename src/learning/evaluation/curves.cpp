#include "learning/evaluation/curves.h"

#include <algorithm>
#include <numeric>

#include "learning/metrics/flexible_calibration.h"
#include "learning/metrics/net_benefit.h"
#include "learning/metrics/quantile.h"
#include "learning/metrics/ranked_rows.h"

namespace relearn {
namespace {

constexpr std::size_t kSteps = 100;  // of the ROC curve
constexpr std::size_t kCalibrationPoints = 51;
constexpr std::size_t kBins = 20;
constexpr std::size_t kDecisionPoints = 41;

/// Corners of one repeat's ROC curve, from (0, 0) to (1, 1); tied risks make one slanted piece.
std::vector<RocPoint> roc_corners(const PredictedRows& rows) {
  const RankedRows ranked = rank_rows(rows.risks);
  const double cases = std::accumulate(rows.outcomes.begin(), rows.outcomes.end(), 0.0);
  const double non_cases = static_cast<double>(rows.outcomes.size()) - cases;
  std::vector<RocPoint> corners = {{0, 0}};
  double found = 0, wrong = 0;
  for (std::size_t b = ranked.blocks(); b-- > 0;) {
    for (const std::uint32_t row : ranked.block(b)) ++(rows.outcomes[row] ? found : wrong);
    corners.push_back({wrong / non_cases, found / cases});
  }
  return corners;
}

/// Height of the curve at a rate that only grows from call to call; `at` remembers where it was. A
/// vertical piece counts with its top.
double sensitivity_at(std::span<const RocPoint> corners, double rate, std::size_t& at) {
  while (at + 1 < corners.size() && corners[at + 1].false_positive_rate <= rate) ++at;
  if (at + 1 == corners.size()) return corners[at].sensitivity;
  const RocPoint &from = corners[at], &to = corners[at + 1];
  const double share =
      (rate - from.false_positive_rate) / (to.false_positive_rate - from.false_positive_rate);
  return from.sensitivity + share * (to.sensitivity - from.sensitivity);
}

}  // namespace

std::vector<RocPoint> roc_curve(std::span<const PredictedRows> repeats) {
  std::vector<RocPoint> mean(kSteps + 1);
  for (const PredictedRows& rows : repeats) {
    const std::vector<RocPoint> corners = roc_corners(rows);
    std::size_t at = 0;
    for (std::size_t k = 0; k <= kSteps; ++k) {
      mean[k].false_positive_rate = static_cast<double>(k) / kSteps;
      mean[k].sensitivity += sensitivity_at(corners, mean[k].false_positive_rate, at) /
                             static_cast<double>(repeats.size());
    }
  }
  if (mean.front().sensitivity > 0) mean.insert(mean.begin(), RocPoint{0, 0});
  return mean;
}

std::vector<CalibrationPoint> calibration_points(std::span<const PredictedRows> repeats) {
  std::vector<std::uint8_t> outcomes;
  std::vector<double> risks;
  std::vector<std::uint32_t> persons;
  for (const PredictedRows& rows : repeats) {
    outcomes.insert(outcomes.end(), rows.outcomes.begin(), rows.outcomes.end());
    risks.insert(risks.end(), rows.risks.begin(), rows.risks.end());
    persons.insert(persons.end(), rows.who.begin(), rows.who.end());
  }
  const auto curve = calibration_curve(outcomes, risks, persons);
  if (!curve.ok()) return {};
  std::sort(risks.begin(), risks.end());
  const double low = quantile(risks, 0.01), high = quantile(risks, 0.99);
  std::vector<CalibrationPoint> points;
  for (std::size_t k = 0; k < kCalibrationPoints; ++k) {
    const double risk =
        low + (high - low) * static_cast<double>(k) / static_cast<double>(kCalibrationPoints - 1);
    const Estimate observed = curve.value().at(risk);
    points.push_back({risk, observed.value, observed.low, observed.high});
  }
  return points;
}

std::vector<RiskBin> risk_histogram(std::span<const PredictedRows> repeats) {
  std::vector<RiskBin> bins(kBins);
  for (std::size_t b = 0; b < kBins; ++b) {
    bins[b].low = static_cast<double>(b) / kBins;
    bins[b].high = static_cast<double>(b + 1) / kBins;
  }
  for (const PredictedRows& rows : repeats) {
    for (std::size_t i = 0; i < rows.risks.size(); ++i) {
      const auto b = std::min(static_cast<std::size_t>(rows.risks[i] * kBins), kBins - 1);
      ++(rows.outcomes[i] ? bins[b].cases : bins[b].non_cases);
    }
  }
  for (RiskBin& bin : bins) {
    bin.cases /= static_cast<double>(repeats.size());
    bin.non_cases /= static_cast<double>(repeats.size());
  }
  return bins;
}

Result<std::vector<DecisionPoint>> decision_curve(std::span<const PredictedRows> repeats,
                                                  const Range& range) {
  std::vector<DecisionPoint> curve;
  if (range.low <= 0 || range.high >= 1 || range.low > range.high) return curve;
  const std::vector<double> thresholds = threshold_grid({range.low, range.high}, kDecisionPoints);
  for (const double threshold : thresholds) curve.push_back({threshold, 0, 0, 0, 0});
  const double share = 1 / static_cast<double>(repeats.size());
  for (const PredictedRows& rows : repeats) {
    const auto benefits =
        TRY(net_benefit_curve(rows.outcomes, rows.risks, thresholds, rows.persons));
    const double prevalence = std::accumulate(rows.outcomes.begin(), rows.outcomes.end(), 0.0) /
                              static_cast<double>(rows.outcomes.size());
    for (std::size_t k = 0; k < curve.size(); ++k) {
      curve[k].net_benefit += share * benefits[k].value;
      curve[k].low += share * benefits[k].low;
      curve[k].high += share * benefits[k].high;
      curve[k].treat_all += share * net_benefit_of_treating_all(prevalence, thresholds[k]);
    }
  }
  return curve;
}

}  // namespace relearn
