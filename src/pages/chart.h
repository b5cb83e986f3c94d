// Charts as plain data, and how each is drawn: lines, bands, dots with intervals, bars; a forest of
// intervals; pairs of bars.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "learning/metrics/estimate.h"
#include "pages/drawing.h"

namespace relearn {

using ChartPoint = DrawingPoint;  // in data units, y upwards

struct ChartSeries {
  enum class Style {
    Line,
    Dashed,
    Band,      // points and, after them in reverse, the other edge: filled
    Dots,      // each of an area in proportion to its `size`
    BarsUp,    // from the x axis upwards, y in [0, 1] of a quarter of the height
    BarsDown,  // from the top downwards, the same
  };
  std::string name;  // in the legend; empty: not there
  Style style = Style::Line;
  int colour = 0;
  std::vector<ChartPoint> points;
  std::vector<double> sizes;  // of Dots: one each, in (0, 1] of the largest
};

struct Chart {
  std::string title, description;
  std::string x_label, y_label;
  double x_min = 0, x_max = 1, y_min = 0, y_max = 1;
  int x_steps = 5, y_steps = 5;               // between ticks
  bool x_percent = false, y_percent = false;  // ticks as per cent
  std::vector<ChartSeries> series;
};

Figure draw(const Chart& chart);

/// One line of a forest plot; without a value the note says why.
struct ForestLine {
  std::string label;
  std::optional<Estimate> value;
  std::string note;
};

/// Values with their intervals under each other, and a dashed line at `reference`. Width 0: no line
/// has a value.
Drawing draw_forest(std::span<const ForestLine> lines, double reference);

/// One line of paired bars.
struct BarPair {
  std::string label;
  double before = 0, after = 0;  // at least 0
};

/// Two bars a line: colours 3 (before) and 0 (after).
Drawing draw_pairs(std::span<const BarPair> pairs);

}  // namespace relearn
