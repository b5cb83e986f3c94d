#include "lifecycle/training/report_charts.h"

#include <fmt/format.h>

#include <algorithm>

namespace relearn {
namespace {

using Style = ChartSeries::Style;

std::string value_text(const Measurement* metric) {
  if (metric == nullptr || !metric->defined()) return "undefined";
  return fmt::format("{:.3f}, 95 % interval {:.3f} to {:.3f}", metric->estimate.value,
                     metric->estimate.low, metric->estimate.high);
}

/// The histogram of one class as bars of at most a quarter of the chart's height.
ChartSeries bars(const std::vector<RiskBin>& bins, Style style, int colour, double RiskBin::*count,
                 std::string name) {
  double highest = 1;
  for (const RiskBin& bin : bins) highest = std::max({highest, bin.cases, bin.non_cases});
  ChartSeries series{std::move(name), style, colour, {}, {}, {}};
  for (const RiskBin& bin : bins) {
    series.points.push_back({(bin.low + bin.high) / 2, bin.*count / highest});
  }
  return series;
}

}  // namespace

Chart roc_chart(const Report& report) {
  Chart chart;
  chart.title = "Telling ill from well (ROC)";
  chart.description = "AUROC " + value_text(report.everybody.find("auroc")) +
                      ". The further to the upper left, the better; the dashed line is a coin.";
  chart.x_label = "healthy people called ill";
  chart.y_label = "ill people found";
  chart.percent = true;
  ChartSeries curve{"", Style::Line, 0, {}, {}, {}};
  for (const RocPoint& point : report.roc) {
    curve.points.push_back({point.false_positive_rate, point.sensitivity});
  }
  chart.series = {{"", Style::Dashed, 5, {{0, 0}, {1, 1}}, {}, {}}, curve};
  return chart;
}

Chart calibration_chart(const Report& report) {
  Chart chart;
  chart.title = "Does a risk mean what it says (calibration)";
  chart.description = "Slope " + value_text(report.everybody.find("calibration_slope")) +
                      ". On the dashed line, of 100 people told 30 % about 30 are ill.";
  chart.x_label = "predicted risk";
  chart.y_label = "share that was ill";
  chart.percent = true;
  ChartSeries band{"", Style::Band, 0, {}, {}, {}};
  ChartSeries curve{"observed, with 95 % band", Style::Line, 0, {}, {}, {}};
  for (const CalibrationPoint& point : report.calibration) {
    curve.points.push_back({point.risk, point.observed});
    band.points.push_back({point.risk, point.high});
  }
  for (auto point = report.calibration.rbegin(); point != report.calibration.rend(); ++point) {
    band.points.push_back({point->risk, point->low});
  }
  chart.series = {
      bars(report.histogram, Style::BarsUp, 2, &RiskBin::non_cases, "people without"),
      bars(report.histogram, Style::BarsDown, 1, &RiskBin::cases, "people with disease"),
      {"", Style::Dashed, 5, {{0, 0}, {1, 1}}, {}, {}},
      band,
      curve};
  return chart;
}

Chart decision_chart(const Report& report) {
  Chart chart;
  chart.title = "Is acting on it worth it (net benefit)";
  chart.description =
      "True positives gained per person, false ones weighed by the threshold. Above both other "
      "lines the model helps.";
  chart.x_label = "act when the risk is at least";
  chart.y_label = "net benefit";
  ChartSeries model{"by the model", Style::Line, 0, {}, {}, {}};
  ChartSeries band{"", Style::Band, 0, {}, {}, {}};
  ChartSeries all{"treat everybody", Style::Dashed, 1, {}, {}, {}};
  chart.y_min = -0.05;
  chart.y_max = 0.1;
  for (const DecisionPoint& point : report.decision) {
    model.points.push_back({point.threshold, point.net_benefit});
    band.points.push_back({point.threshold, point.high});
    all.points.push_back({point.threshold, point.treat_all});
    chart.y_max = std::max({chart.y_max, point.high, point.treat_all});
  }
  for (auto point = report.decision.rbegin(); point != report.decision.rend(); ++point) {
    band.points.push_back({point->threshold, point->low});
  }
  if (!report.decision.empty()) {
    chart.x_min = report.decision.front().threshold;
    chart.x_max = report.decision.back().threshold;
  }
  chart.series = {{"treat nobody", Style::Dashed, 5, {{chart.x_min, 0}, {chart.x_max, 0}}, {}, {}},
                  all,
                  band,
                  model};
  return chart;
}

std::string forest(std::span<const ForestLine> lines, std::string_view title, double reference) {
  constexpr double kWidth = 640, kRow = 26, kLeft = 210, kRight = 420;
  double low = reference, high = reference;
  for (const ForestLine& line : lines) {
    if (!line.value) continue;
    low = std::min(low, line.value->low);
    high = std::max(high, line.value->high);
  }
  if (low >= high) return "";
  const auto x = [&](double value) {
    return kLeft + (value - low) / (high - low) * (kRight - kLeft);
  };
  const double height = kRow * static_cast<double>(lines.size()) + 8;
  std::string svg = fmt::format(
      "<svg class='forest' viewBox='0 0 {:.0f} {:.0f}' role='img' aria-label='{} by group'>",
      kWidth, height, title);
  svg += fmt::format(
      "<line class='line series-5 dashed' x1='{0:.1f}' x2='{0:.1f}' y1='0' "
      "y2='{1:.1f}'/>",
      x(reference), height);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const double y = kRow * (static_cast<double>(i) + 0.5) + 4;
    svg += fmt::format("<text class='label' x='0' y='{:.1f}'>{}</text>", y + 4,
                       escape_html(lines[i].label));
    if (!lines[i].value) {
      svg += fmt::format("<text class='tick' x='{:.1f}' y='{:.1f}'>not enough evidence ({})</text>",
                         kLeft, y + 4, escape_html(lines[i].note));
      continue;
    }
    const Estimate& e = *lines[i].value;
    svg += fmt::format(
        "<line class='line series-0' x1='{:.1f}' x2='{:.1f}' y1='{:.1f}' y2='{:.1f}'/>"
        "<circle class='dot series-0' cx='{:.1f}' cy='{:.1f}' r='4'/>"
        "<text class='tick' x='{:.1f}' y='{:.1f}'>{:.3f} ({:.3f} to {:.3f})</text>",
        x(e.low), x(e.high), y, y, x(e.value), y, kRight + 16, y + 4, e.value, e.low, e.high);
  }
  return svg + "</svg>";
}

std::string forest_plot(const Report& report, std::string_view metric) {
  std::vector<ForestLine> lines;
  const auto add = [&](const std::string& label, const Measurement* value, std::string note) {
    ForestLine line{label, std::nullopt, std::move(note)};
    if (value != nullptr && value->defined()) line.value = value->estimate;
    lines.push_back(std::move(line));
  };
  add("Everybody", report.everybody.find(metric), "");
  for (const GroupReport& group : report.groups) {
    add(group.label, group.find(metric),
        fmt::format("{} with, {} without", group.cases, group.non_cases));
  }
  return lines[0].value ? forest(lines, metric, lines[0].value->value) : std::string();
}

}  // namespace relearn
