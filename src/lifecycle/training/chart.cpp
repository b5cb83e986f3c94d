#include "lifecycle/training/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace relearn {
namespace {

// Drawing area in user units; the SVG scales to its container.
constexpr double kWidth = 420, kHeight = 340;
constexpr double kLeft = 56, kRight = 24, kTop = 12, kBottom = 48;
constexpr int kTicks = 5;

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
};

std::string tick_text(double value, const Chart& chart) {
  if (chart.percent) return fmt::format("{:.0f} %", 100 * value);
  return fmt::format("{:.3g}", std::fabs(value) < 1e-12 ? 0.0 : value);
}

std::string axes(const Frame& frame) {
  const Chart& chart = frame.chart;
  std::string svg;
  for (int i = 0; i <= kTicks; ++i) {
    const double share = static_cast<double>(i) / kTicks;
    const double x = chart.x_min + share * (chart.x_max - chart.x_min);
    const double y = chart.y_min + share * (chart.y_max - chart.y_min);
    svg += fmt::format(
        "<line class='grid' x1='{0:.1f}' x2='{0:.1f}' y1='{1:.1f}' y2='{2:.1f}'/>"
        "<text class='tick' x='{0:.1f}' y='{3:.1f}' text-anchor='middle'>{4}</text>",
        frame.x(x), kTop, kHeight - kBottom, kHeight - kBottom + 16, tick_text(x, chart));
    svg += fmt::format(
        "<line class='grid' x1='{0:.1f}' x2='{1:.1f}' y1='{2:.1f}' y2='{2:.1f}'/>"
        "<text class='tick' x='{3:.1f}' y='{4:.1f}' text-anchor='end'>{5}</text>",
        kLeft, kWidth - kRight, frame.y(y), kLeft - 6, frame.y(y) + 4, tick_text(y, chart));
  }
  svg += fmt::format("<text class='label' x='{:.1f}' y='{:.1f}' text-anchor='middle'>{}</text>",
                     (kLeft + kWidth - kRight) / 2, kHeight - 10, escape_html(chart.x_label));
  svg += fmt::format(
      "<text class='label' transform='translate(14 {:.1f}) rotate(-90)' "
      "text-anchor='middle'>{}</text>",
      (kTop + kHeight - kBottom) / 2, escape_html(chart.y_label));
  return svg;
}

std::string path(const Frame& frame, const std::vector<ChartPoint>& points) {
  std::string text;
  for (const ChartPoint& point : points) {
    text += fmt::format("{}{:.1f} {:.1f}", text.empty() ? "M" : "L", frame.x(point.x),
                        frame.y(point.y));
  }
  return text;
}

std::string dots(const Frame& frame, const ChartSeries& series) {
  std::string svg;
  for (std::size_t i = 0; i < series.points.size(); ++i) {
    const double x = frame.x(series.points[i].x);
    if (i < series.low.size()) {
      svg += fmt::format(
          "<line class='line series-{}' x1='{:.1f}' x2='{:.1f}' y1='{:.1f}' y2='{:.1f}'/>",
          series.colour, x, x, frame.y(series.low[i]), frame.y(series.high[i]));
    }
    svg += fmt::format("<circle class='dot series-{}' cx='{:.1f}' cy='{:.1f}' r='3.5'/>",
                       series.colour, x, frame.y(series.points[i].y));
  }
  return svg;
}

std::string bars(const ChartSeries& series, const Frame& frame) {
  const bool down = series.style == ChartSeries::Style::BarsDown;
  const double full = (kHeight - kTop - kBottom) / 4;
  const double width = (kWidth - kLeft - kRight) /
                       static_cast<double>(std::max<std::size_t>(series.points.size(), 1));
  std::string svg;
  for (const ChartPoint& point : series.points) {
    const double height = std::clamp(point.y, 0.0, 1.0) * full;
    svg += fmt::format(
        "<rect class='bar series-{}' x='{:.1f}' y='{:.1f}' width='{:.1f}' height='{:.1f}'/>",
        series.colour, frame.x(point.x) - width / 2 + 0.5, down ? kTop : kHeight - kBottom - height,
        width - 1, height);
  }
  return svg;
}

std::string draw(const Frame& frame, const ChartSeries& series) {
  switch (series.style) {
    case ChartSeries::Style::Line:
    case ChartSeries::Style::Dashed:
      return fmt::format("<path class='line series-{}{}' d='{}'/>", series.colour,
                         series.style == ChartSeries::Style::Dashed ? " dashed" : "",
                         path(frame, series.points));
    case ChartSeries::Style::Band:
      return fmt::format("<path class='band series-{}' d='{}Z'/>", series.colour,
                         path(frame, series.points));
    case ChartSeries::Style::Dots:
      return dots(frame, series);
    case ChartSeries::Style::BarsUp:
    case ChartSeries::Style::BarsDown:
      return bars(series, frame);
  }
  return "";
}

std::string legend(const Chart& chart) {
  std::string html;
  for (const ChartSeries& series : chart.series) {
    if (series.name.empty()) continue;
    html += fmt::format("<span><i class='key series-{}{}'></i>{}</span>", series.colour,
                        series.style == ChartSeries::Style::Dashed ? " dashed" : "",
                        escape_html(series.name));
  }
  return html;
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string to_svg(const Chart& chart) {
  const Frame frame{chart};
  std::string svg = fmt::format(
      "<figure class='chart'><figcaption><b>{0}</b><small>{1}</small></figcaption>"
      "<svg viewBox='0 0 {2} {3}' role='img' aria-label='{0}. {1}'>",
      escape_html(chart.title), escape_html(chart.description), kWidth, kHeight);
  svg += axes(frame);
  for (const ChartSeries& series : chart.series) svg += draw(frame, series);
  return svg + "</svg><div class='legend'>" + legend(chart) + "</div></figure>";
}

}  // namespace relearn
