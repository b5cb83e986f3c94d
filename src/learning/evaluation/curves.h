// The points of a report's charts, from the same predicted rows as its metrics.
#pragma once

#include <span>
#include <vector>

#include "learning/evaluation/predicted_rows.h"
#include "learning/evaluation/report.h"

namespace relearn {

/// From (0, 0) to (1, 1), at most 102 points.
std::vector<RocPoint> roc_curve(std::span<const PredictedRows> repeats);

/// One curve through the rows of all repeats, each person's rows together, so that its band does
/// not narrow with repeats; between the 1st and the 99th percentile of risk. Empty when it is
/// undefined.
std::vector<CalibrationPoint> calibration_points(std::span<const PredictedRows> repeats);

/// Twenty bins.
std::vector<RiskBin> risk_histogram(std::span<const PredictedRows> repeats);

/// Net benefit over the range. Empty for a range that is not inside (0, 1).
Result<std::vector<DecisionPoint>> decision_curve(std::span<const PredictedRows> repeats,
                                                  const Range& range);

}  // namespace relearn
