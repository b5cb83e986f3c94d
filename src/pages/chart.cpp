#include "pages/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace relearn {
namespace {

using Kind = Mark::Kind;
using Anchor = Mark::Anchor;

// Drawing area in user units; a page scales it to its place.
constexpr double kWidth = 420, kHeight = 340;
constexpr double kLeft = 56, kRight = 24, kTop = 12, kBottom = 48;
constexpr double kLargestDot = 11;

/// From data to drawing coordinates, clamped to the frame.
struct Frame {
  const Chart& chart;
  double x(double value) const {
    const double share = (value - chart.x_min) / (chart.x_max - chart.x_min);
    return kLeft + std::clamp(share, 0.0, 1.0) * (kWidth - kLeft - kRight);
  }
  double y(double value) const {
    const double share = (value - chart.y_min) / (chart.y_max - chart.y_min);
    return kHeight - kBottom - std::clamp(share, 0.0, 1.0) * (kHeight - kTop - kBottom);
  }
  std::vector<DrawingPoint> at(const std::vector<ChartPoint>& points) const {
    std::vector<DrawingPoint> drawn;
    for (const ChartPoint& point : points) drawn.push_back({x(point.x), y(point.y)});
    return drawn;
  }
};

enum class Ticks { Number, Percent };

std::string tick_text(double value, Ticks ticks) {
  if (ticks == Ticks::Percent) return fmt::format("{:.0f} %", 100 * value);
  return fmt::format("{:.3g}", std::fabs(value) < 1e-12 ? 0.0 : value);
}

void draw_axes(const Frame& frame, Drawing& drawing) {
  const Chart& chart = frame.chart;
  for (int i = 0; i <= chart.x_steps; ++i) {
    const double x = chart.x_min + i * (chart.x_max - chart.x_min) / chart.x_steps;
    drawing.line(Kind::Grid, 0, {{frame.x(x), kTop}, {frame.x(x), kHeight - kBottom}});
    drawing.text(Kind::Tick, {frame.x(x), kHeight - kBottom + 16},
                 tick_text(x, chart.x_percent ? Ticks::Percent : Ticks::Number), Anchor::Middle);
  }
  for (int i = 0; i <= chart.y_steps; ++i) {
    const double y = chart.y_min + i * (chart.y_max - chart.y_min) / chart.y_steps;
    drawing.line(Kind::Grid, 0, {{kLeft, frame.y(y)}, {kWidth - kRight, frame.y(y)}});
    drawing.text(Kind::Tick, {kLeft - 6, frame.y(y) + 4},
                 tick_text(y, chart.y_percent ? Ticks::Percent : Ticks::Number), Anchor::End);
  }
  drawing.text(Kind::Label, {(kLeft + kWidth - kRight) / 2, kHeight - 10}, chart.x_label,
               Anchor::Middle);
  drawing.text(Kind::Upward, {14, (kTop + kHeight - kBottom) / 2}, chart.y_label, Anchor::Middle);
}

std::vector<DrawingPoint> rectangle(double x, double y, double width, double height) {
  return {{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}};
}

void draw_bars(const ChartSeries& series, const Frame& frame, Drawing& drawing) {
  const bool down = series.style == ChartSeries::Style::BarsDown;
  const double full = (kHeight - kTop - kBottom) / 4;
  const double width = (kWidth - kLeft - kRight) /
                       static_cast<double>(std::max<std::size_t>(series.points.size(), 1));
  for (const ChartPoint& point : series.points) {
    const double height = std::clamp(point.y, 0.0, 1.0) * full;
    drawing.line(Kind::Bar, series.colour,
                 rectangle(frame.x(point.x) - width / 2 + 0.5,
                           down ? kTop : kHeight - kBottom - height, width - 1, height));
  }
}

void draw_series(const Frame& frame, const ChartSeries& series, Drawing& drawing) {
  switch (series.style) {
    case ChartSeries::Style::Line:
      return drawing.line(Kind::Line, series.colour, frame.at(series.points));
    case ChartSeries::Style::Dashed:
      return drawing.line(Kind::Dashed, series.colour, frame.at(series.points));
    case ChartSeries::Style::Band:
      return drawing.line(Kind::Band, series.colour, frame.at(series.points));
    case ChartSeries::Style::Dots:
      for (std::size_t i = 0; i < series.points.size(); ++i) {
        drawing.dot(series.colour, {frame.x(series.points[i].x), frame.y(series.points[i].y)},
                    kLargestDot * std::sqrt(series.sizes[i]));
      }
      return;
    case ChartSeries::Style::BarsUp:
    case ChartSeries::Style::BarsDown:
      return draw_bars(series, frame, drawing);
  }
}

Kind key_of(ChartSeries::Style style) {
  return style == ChartSeries::Style::Dashed ? Kind::Dashed : Kind::Line;
}

}  // namespace

Figure draw(const Chart& chart) {
  const Frame frame{chart};
  Figure figure{chart.title, chart.description, {kWidth, kHeight, {}}, {}};
  draw_axes(frame, figure.drawing);
  for (const ChartSeries& series : chart.series) {
    draw_series(frame, series, figure.drawing);
    if (series.name.empty()) continue;
    figure.legend.push_back({series.name, series.colour, key_of(series.style)});
  }
  return figure;
}

Drawing draw_forest(std::span<const ForestLine> lines, double reference) {
  constexpr double kForestWidth = 700, kRow = 26, kFrom = 210, kTo = 420;
  double low = reference, high = reference;
  for (const ForestLine& line : lines) {
    if (!line.value) continue;
    low = std::min(low, line.value->low);
    high = std::max(high, line.value->high);
  }
  if (low >= high) return {};
  const auto x = [&](double value) { return kFrom + (value - low) / (high - low) * (kTo - kFrom); };
  Drawing drawing{kForestWidth, kRow * static_cast<double>(lines.size()) + 8, {}};
  drawing.line(Kind::Dashed, 5, {{x(reference), 0}, {x(reference), drawing.height}});
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const double y = kRow * (static_cast<double>(i) + 0.5) + 4;
    drawing.text(Kind::Label, {0, y + 4}, lines[i].label);
    if (!lines[i].value) {
      drawing.text(Kind::Tick, {kTo + 16, y + 4}, lines[i].note);
      continue;
    }
    const Estimate& e = *lines[i].value;
    drawing.line(Kind::Line, 0, {{x(e.low), y}, {x(e.high), y}});
    drawing.dot(0, {x(e.value), y}, 4);
    drawing.text(Kind::Tick, {kTo + 16, y + 4},
                 fmt::format("{:.3f} ({:.3f} – {:.3f})", e.value, e.low, e.high));
  }
  return drawing;
}

Drawing draw_pairs(std::span<const BarPair> pairs) {
  constexpr double kPairsWidth = 640, kRow = 34, kBar = 10, kFrom = 270, kTo = 580;
  double most = 1e-12;
  for (const BarPair& pair : pairs) most = std::max({most, pair.before, pair.after});
  Drawing drawing{kPairsWidth, kRow * static_cast<double>(pairs.size()) + 8, {}};
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const double y = kRow * static_cast<double>(i) + 8;
    drawing.text(Kind::Label, {0, y + kBar + 5}, pairs[i].label);
    const auto bar = [&](double value, int colour, double top) {
      const double width = std::max(value / most * (kTo - kFrom), 0.5);
      drawing.line(Kind::Bar, colour, rectangle(kFrom, top, width, kBar));
      drawing.text(Kind::Tick, {kFrom + width + 6, top + kBar - 1}, fmt::format("{:.2f}", value));
    };
    bar(pairs[i].before, 3, y);
    bar(pairs[i].after, 0, y + kBar + 2);
  }
  return drawing;
}

}  // namespace relearn
