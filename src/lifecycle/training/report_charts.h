// The charts of a report.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "learning/evaluation/report.h"
#include "lifecycle/training/chart.h"

namespace relearn {

Chart roc_chart(const Report& report);
Chart calibration_chart(const Report& report);
Chart decision_chart(const Report& report);

/// One line of a forest plot; without a value the note says why.
struct ForestLine {
  std::string label;
  std::optional<Estimate> value;
  std::string note;
};

/// Values with their intervals under each other, and a dashed line at `reference`. Self-contained
/// SVG; empty when no line has a value.
std::string forest(std::span<const ForestLine> lines, std::string_view title, double reference);

/// One line a group: value and interval of a metric, beside everybody's. Self-contained SVG.
std::string forest_plot(const Report& report, std::string_view metric);

}  // namespace relearn
