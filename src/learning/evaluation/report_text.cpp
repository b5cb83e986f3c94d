#include "learning/evaluation/report_text.h"

#include <fmt/format.h>

#include <array>
#include <iterator>

#include "learning/metrics/catalog.h"

namespace relearn {
namespace {

/// What a good value is, in a word or two.
std::string_view ideal_of(std::string_view metric) {
  const Metric* found = find_metric(metric);
  if (!found) return "";
  switch (found->ideal) {
    case Ideal::High:
      return "high";
    case Ideal::Low:
      return "low";
    case Ideal::Zero:
      return "0";
    case Ideal::One:
      return "1";
  }
  return "";
}

bool at_threshold(std::string_view metric) {
  constexpr std::array kDecisions = {"sensitivity", "specificity", "ppv", "npv", "net_benefit"};
  for (const std::string_view one : kDecisions) {
    if (one == metric) return true;
  }
  return false;
}

std::string with_interval(const Estimate& estimate) {
  return fmt::format("{:.3f} ({:.3f} to {:.3f})", estimate.value, estimate.low, estimate.high);
}

void add_measurement(std::string& text, const Measurement& measurement) {
  auto out = std::back_inserter(text);
  if (!measurement.defined()) {
    fmt::format_to(out, "  {:<36}{}\n", measurement.label, measurement.undefined_because);
    return;
  }
  const Estimate& estimate = measurement.estimate;
  fmt::format_to(out, "  {:<36}{:>7.3f}   {:>6.3f} to {:<9.3f}{}\n", measurement.label,
                 estimate.value, estimate.low, estimate.high, ideal_of(measurement.id));
}

void add_everybody(std::string& text, const Report& report) {
  auto out = std::back_inserter(text);
  const GroupReport& all = report.everybody;
  fmt::format_to(out, "{} people", all.persons);
  if (all.rows != all.persons) fmt::format_to(out, " in {} records", all.rows);
  fmt::format_to(out, ", {} with and {} without the disease", all.cases, all.non_cases);
  if (report.repeats > 1) fmt::format_to(out, "; mean of {} repeats", report.repeats);
  fmt::format_to(out, "\n\n  {:<36}{:>7}   {:<19}{}\n", "", "value", "95 % interval", "ideal");
  for (const Measurement& measurement : all.measurements) {
    if (!at_threshold(measurement.id)) add_measurement(text, measurement);
  }
  fmt::format_to(out, "\nAt a risk of {:.0f} % or more\n", 100 * report.thresholds.decision);
  for (const Measurement& measurement : all.measurements) {
    if (at_threshold(measurement.id)) add_measurement(text, measurement);
  }
}

std::string cell(const GroupReport& group, std::string_view metric) {
  const Measurement* measurement = group.find(metric);
  return measurement && measurement->defined() ? with_interval(measurement->estimate) : "undefined";
}

void add_groups(std::string& text, const Report& report) {
  if (report.groups.empty()) return;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "\n{:<24}{:>7}{:>7}  {:<23}  {:<22}\n", "Subgroups", "people", "cases",
                 "AUROC", "calibration slope");
  for (const GroupReport& group : report.groups) {
    fmt::format_to(out, "  {:<22}{:>7}{:>7}  ", group.label, group.persons, group.cases);
    if (!group.not_estimable_because.empty()) {
      fmt::format_to(out, "not estimable: {} of each class needed\n", kGroupClassMin);
    } else {
      fmt::format_to(out, "{:<23}  {}\n", cell(group, "auroc"), cell(group, "calibration_slope"));
    }
  }
}

void add_decisions(std::string& text, const Report& report) {
  if (report.decision.empty()) return;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "\nNet benefit by threshold (to treat nobody is 0)\n  {:<11}{:<28}{}\n",
                 "threshold", "this model", "treat everybody");
  const std::size_t last = report.decision.size() - 1;
  for (std::size_t k = 0; k <= 4; ++k) {  // five of them are enough for a terminal
    if (last < 4 && k > last) break;
    const DecisionPoint& point = report.decision[last < 4 ? k : k * last / 4];
    fmt::format_to(out, "  {:<11}{:<28}{:.3f}\n", fmt::format("{:.0f} %", 100 * point.threshold),
                   with_interval({point.net_benefit, 0, point.low, point.high}), point.treat_all);
  }
}

}  // namespace

std::string report_to_text(const Report& report) {
  std::string text;
  add_everybody(text, report);
  add_groups(text, report);
  add_decisions(text, report);
  return text;
}

}  // namespace relearn
