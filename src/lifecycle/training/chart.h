// A chart as self-contained SVG text: lines, bands, dots with intervals, bars below. Colours come
// from the page's CSS classes (series-0 .. series-5), so that light and dark both work.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace relearn {

struct ChartPoint {
  double x = 0;
  double y = 0;
};

struct ChartSeries {
  enum class Style {
    Line,
    Dashed,
    Band,      // points and, after them in reverse, the other edge: filled
    Dots,      // with `low` and `high` when given
    BarsUp,    // from the x axis upwards, y in [0, 1] of a quarter of the height
    BarsDown,  // from the top downwards, the same
  };
  std::string name;  // in the legend; empty: not there
  Style style = Style::Line;
  int colour = 0;
  std::vector<ChartPoint> points;
  std::vector<double> low, high;  // Dots only: same length as points, or empty
};

struct Chart {
  std::string title;        // read out by screen readers, too
  std::string description;  // one sentence: how to read it
  std::string x_label, y_label;
  double x_min = 0, x_max = 1, y_min = 0, y_max = 1;
  bool percent = false;  // ticks as per cent
  std::vector<ChartSeries> series;
};

std::string to_svg(const Chart& chart);

/// Text that may stand in HTML and SVG, in content and in quoted attributes.
std::string escape_html(std::string_view text);

}  // namespace relearn
