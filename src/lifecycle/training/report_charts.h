// The charts of a report.
#pragma once

#include "learning/evaluation/report.h"
#include "lifecycle/training/chart.h"

namespace relearn {

Chart roc_chart(const Report& report);
Chart calibration_chart(const Report& report);
Chart decision_chart(const Report& report);

/// One line a group: value and interval of a metric, beside everybody's. Self-contained SVG.
std::string forest_plot(const Report& report, std::string_view metric);

}  // namespace relearn
