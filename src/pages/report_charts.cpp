#include "pages/report_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace relearn {
namespace {

using Style = ChartSeries::Style;

/// The histogram of one class as bars of at most a quarter of the chart's height.
ChartSeries bars(const std::vector<RiskBin>& bins, Style style, int colour, double RiskBin::*count,
                 std::string name) {
  double highest = 1;
  for (const RiskBin& bin : bins) highest = std::max({highest, bin.cases, bin.non_cases});
  ChartSeries series{std::move(name), style, colour, {}, {}};
  for (const RiskBin& bin : bins) {
    series.points.push_back({(bin.low + bin.high) / 2, bin.*count / highest});
  }
  return series;
}

ChartSeries diagonal() { return {"", Style::Dashed, 5, {{0, 0}, {1, 1}}, {}}; }

/// From one step below 0 to four above: where acting does harm is seen, and steps are round.
void scale_net_benefit(Chart& chart, double highest) {
  double step = 0.05;
  while (4 * step < highest) step += 0.05;
  chart.y_min = -step;
  chart.y_max = 4 * step;
}

/// The candidate's chart with the live model's line in it. line: the place of the line among the
/// series of either chart.
Chart with_both(Chart own, const Chart& other, std::size_t line, const Phrases& phrases) {
  own.series[line].name = phrases.say("chart.candidate");
  ChartSeries live = other.series[line];
  live.name = phrases.say("chart.live");
  live.colour = 3;
  own.series.push_back(std::move(live));
  own.y_min = std::min(own.y_min, other.y_min);
  own.y_max = std::max(own.y_max, other.y_max);
  return own;
}

/// The risks of both models on a square; the larger a dot, the more people.
Chart moved_chart(const SideBySide& both, const Phrases& phrases) {
  const double threshold = both.candidate.thresholds.decision;
  const Crossings& crossings = both.crossings;
  Chart chart;
  chart.title = phrases.say("chart.moved.title");
  chart.description =
      phrases.say("chart.moved.how",
                  {{"threshold", fmt::format("{:.0f}", 100 * threshold)},
                   {"up", fmt::format("{}", crossings.cases_up + crossings.non_cases_up)},
                   {"down", fmt::format("{}", crossings.cases_down + crossings.non_cases_down)}});
  chart.x_label = phrases.say("chart.moved.x");
  chart.y_label = phrases.say("chart.moved.y");
  chart.x_percent = chart.y_percent = true;
  ChartSeries ill{phrases.say("chart.with"), Style::Dots, 1, {}, {}};
  ChartSeries well{phrases.say("chart.without"), Style::Dots, 2, {}, {}};
  std::uint64_t most = 1;
  for (const MovedCell& cell : both.moved) most = std::max({most, cell.cases, cell.non_cases});
  // The two dots of a cell stand side by side, each on its side of the diagonal's direction.
  constexpr double kShift = 0.2;
  const auto add = [&](ChartSeries& series, const MovedCell& cell, std::uint64_t count,
                       double shift) {
    if (count == 0) return;
    series.points.push_back(
        {(cell.live + 0.5 - shift) / kMovedBins, (cell.candidate + 0.5 + shift) / kMovedBins});
    series.sizes.push_back(static_cast<double>(count) / static_cast<double>(most));
  };
  for (const MovedCell& cell : both.moved) {
    add(ill, cell, cell.cases, kShift);
    add(well, cell, cell.non_cases, -kShift);
  }
  chart.series = {diagonal(),
                  {"", Style::Dashed, 5, {{threshold, 0}, {threshold, 1}}, {}},
                  {"", Style::Dashed, 5, {{0, threshold}, {1, threshold}}, {}},
                  well,
                  ill};
  return chart;
}

}  // namespace

std::string value_text(const Phrases& phrases, const Measurement* metric) {
  if (metric == nullptr || !metric->defined()) return phrases.say("value.undefined");
  return phrases.say("value.with_interval",
                     {{"value", fmt::format("{:.3f}", metric->estimate.value)},
                      {"low", fmt::format("{:.3f}", metric->estimate.low)},
                      {"high", fmt::format("{:.3f}", metric->estimate.high)}});
}

Chart roc_chart(const Report& report, const Phrases& phrases) {
  Chart chart;
  chart.title = phrases.say("chart.roc.title");
  chart.description = phrases.say("chart.roc.how",
                                  {{"auroc", value_text(phrases, report.everybody.find("auroc"))}});
  chart.x_label = phrases.say("chart.roc.x");
  chart.y_label = phrases.say("chart.roc.y");
  chart.x_percent = chart.y_percent = true;
  ChartSeries curve{"", Style::Line, 0, {}, {}};
  for (const RocPoint& point : report.roc) {
    curve.points.push_back({point.false_positive_rate, point.sensitivity});
  }
  chart.series = {diagonal(), curve};
  return chart;
}

Chart calibration_chart(const Report& report, const Phrases& phrases) {
  Chart chart;
  chart.title = phrases.say("chart.calibration.title");
  chart.description =
      phrases.say("chart.calibration.how",
                  {{"slope", value_text(phrases, report.everybody.find("calibration_slope"))}});
  chart.x_label = phrases.say("chart.calibration.x");
  chart.y_label = phrases.say("chart.calibration.y");
  chart.x_percent = chart.y_percent = true;
  ChartSeries band{"", Style::Band, 0, {}, {}};
  ChartSeries curve{phrases.say("chart.calibration.curve"), Style::Line, 0, {}, {}};
  for (const CalibrationPoint& point : report.calibration) {
    curve.points.push_back({point.risk, point.observed});
    band.points.push_back({point.risk, point.high});
  }
  for (auto point = report.calibration.rbegin(); point != report.calibration.rend(); ++point) {
    band.points.push_back({point->risk, point->low});
  }
  chart.series = {
      bars(report.histogram, Style::BarsUp, 2, &RiskBin::non_cases, phrases.say("chart.without")),
      bars(report.histogram, Style::BarsDown, 1, &RiskBin::cases, phrases.say("chart.with")),
      diagonal(), band, curve};
  return chart;
}

Chart decision_chart(const Report& report, const Phrases& phrases) {
  Chart chart;
  chart.title = phrases.say("chart.decision.title");
  chart.description = phrases.say("chart.decision.how");
  chart.x_label = phrases.say("chart.decision.x");
  chart.y_label = phrases.say("chart.decision.y");
  ChartSeries model{phrases.say("chart.decision.model"), Style::Line, 0, {}, {}};
  ChartSeries band{"", Style::Band, 0, {}, {}};
  ChartSeries all{phrases.say("chart.decision.everybody"), Style::Dashed, 1, {}, {}};
  double highest = 0;
  for (const DecisionPoint& point : report.decision) {
    model.points.push_back({point.threshold, point.net_benefit});
    band.points.push_back({point.threshold, point.high});
    all.points.push_back({point.threshold, point.treat_all});
    highest = std::max({highest, point.high, point.treat_all});
  }
  for (auto point = report.decision.rbegin(); point != report.decision.rend(); ++point) {
    band.points.push_back({point->threshold, point->low});
  }
  if (!report.decision.empty()) {
    chart.x_min = report.decision.front().threshold;
    chart.x_max = report.decision.back().threshold;
  }
  chart.x_steps = std::max(1, static_cast<int>(std::lround(10 * (chart.x_max - chart.x_min))));
  chart.x_percent = true;
  scale_net_benefit(chart, highest);
  chart.series = {{phrases.say("chart.decision.nobody"),
                   Style::Dashed,
                   5,
                   {{chart.x_min, 0}, {chart.x_max, 0}},
                   {}},
                  all,
                  band,
                  model};
  return chart;
}

std::vector<Chart> paired_charts(const SideBySide& both, const Phrases& phrases) {
  const Report &own = both.candidate, &live = both.live;
  std::vector<Chart> charts;
  charts.push_back(with_both(roc_chart(own, phrases), roc_chart(live, phrases), 1, phrases));
  if (!own.calibration.empty() && !live.calibration.empty()) {
    charts.push_back(
        with_both(calibration_chart(own, phrases), calibration_chart(live, phrases), 4, phrases));
  }
  if (!own.decision.empty() && !live.decision.empty()) {
    charts.push_back(
        with_both(decision_chart(own, phrases), decision_chart(live, phrases), 3, phrases));
  }
  charts.push_back(moved_chart(both, phrases));
  return charts;
}

Drawing forest_plot(const Report& report, std::string_view metric, const Phrases& phrases,
                    const GroupName& name) {
  std::vector<ForestLine> lines;
  const auto add = [&](const std::string& label, const GroupReport& group) {
    const Measurement* value = group.find(metric);
    ForestLine line{
        label, std::nullopt,
        phrases.say("value.too_few", {{"with", fmt::format("{}", group.cases)},
                                      {"without", fmt::format("{}", group.non_cases)}})};
    if (value != nullptr && value->defined()) line.value = value->estimate;
    lines.push_back(std::move(line));
  };
  add(phrases.say("chart.everybody"), report.everybody);
  for (const GroupReport& group : report.groups) add(name(group), group);
  return lines[0].value ? draw_forest(lines, lines[0].value->value) : Drawing();
}

}  // namespace relearn
