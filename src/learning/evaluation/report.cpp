#include "learning/evaluation/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "learning/evaluation/curves.h"
#include "learning/evaluation/predicted_rows.h"
#include "learning/metrics/catalog.h"
#include "learning/metrics/log_loss.h"
#include "learning/metrics/persons.h"

namespace relearn {
namespace {

/// Adds up estimates and gives their mean, member by member.
class MeanEstimate {
 public:
  void add(const Estimate& estimate) {
    sum_.value += estimate.value;
    sum_.standard_error += estimate.standard_error;
    sum_.low += estimate.low;
    sum_.high += estimate.high;
    ++count_;
  }
  Estimate mean() const {
    const double n = static_cast<double>(count_);
    return {sum_.value / n, sum_.standard_error / n, sum_.low / n, sum_.high / n};
  }

 private:
  Estimate sum_;
  std::size_t count_ = 0;
};

/// A metric that is undefined in one repeat is undefined.
Result<Estimate> average(const Metric& metric, std::span<const PredictedRows> repeats,
                         double threshold) {
  MeanEstimate mean;
  for (const PredictedRows& rows : repeats) {
    mean.add(TRY(metric.compute({rows.outcomes, rows.risks, rows.persons, threshold})));
  }
  return mean.mean();
}

/// Persons with a row of each class.
std::array<std::size_t, 2> persons_by_class(const PredictedRows& rows) {
  const PersonIndex index = index_persons(rows.persons, rows.outcomes.size());
  std::array<std::vector<bool>, 2> has;
  for (auto& one : has) one.assign(index.count, false);
  for (std::size_t i = 0; i < rows.outcomes.size(); ++i) {
    has[rows.outcomes[i]][index.of_row[i]] = true;
  }
  const auto count = [](const std::vector<bool>& one) {
    return static_cast<std::size_t>(std::count(one.begin(), one.end(), true));
  };
  return {count(has[0]), count(has[1])};
}

GroupReport describe(std::string id, std::string label, std::span<const PredictedRows> repeats) {
  GroupReport group;
  group.id = std::move(id);
  group.label = std::move(label);
  const PredictedRows& rows = repeats.front();
  group.rows = rows.outcomes.size();
  group.persons = index_persons(rows.persons, group.rows).count;
  const auto classes = persons_by_class(rows);
  group.non_cases = classes[0];
  group.cases = classes[1];
  return group;
}

void measure(GroupReport& group, std::span<const PredictedRows> repeats, double threshold) {
  for (const Metric& metric : metric_catalog()) {
    Measurement measurement{std::string(metric.id), std::string(metric.label), {}, {}};
    auto estimate = average(metric, repeats, threshold);
    if (estimate.ok()) {
      measurement.estimate = estimate.value();
    } else {
      measurement.undefined_because = estimate.error().message;
    }
    group.measurements.push_back(std::move(measurement));
  }
}

GroupReport report_group(const ReportInput& input, const ReportGroup& wanted) {
  const auto repeats = predicted_rows(input, wanted.member);
  GroupReport group = describe(wanted.id, wanted.label, repeats);
  if (std::min(group.cases, group.non_cases) < kGroupClassMin) {
    group.not_estimable_because =
        fmt::format("not estimable: {} with and {} without the disease, {} of each needed",
                    group.cases, group.non_cases, kGroupClassMin);
  } else {
    measure(group, repeats, input.thresholds.decision);
  }
  return group;
}

Result<void> check_groups(const ReportInput& input) {
  for (const ReportGroup& group : input.groups) {
    if (group.member.size() == input.outcomes.size()) continue;
    return invalid_input(fmt::format("subgroup {} speaks of {} rows, the report of {}", group.id,
                                     group.member.size(), input.outcomes.size()));
  }
  return {};
}

/// All repeats of everybody, checked once.
Result<std::vector<PredictedRows>> checked_rows(const ReportInput& input) {
  TRY(check_repeats(input));
  std::vector<PredictedRows> repeats = predicted_rows(input, {});
  for (const PredictedRows& rows : repeats) {
    TRY(check_risks(rows.outcomes, rows.risks, rows.persons));
  }
  return repeats;
}

}  // namespace

const Measurement* GroupReport::find(std::string_view metric) const {
  for (const Measurement& measurement : measurements) {
    if (measurement.id == metric) return &measurement;
  }
  return nullptr;
}

Result<Report> make_report(const ReportInput& input) {
  TRY(check_groups(input));
  const auto repeats = TRY(checked_rows(input));
  Report report;
  report.repeats = repeats.size();
  report.thresholds = input.thresholds;
  report.everybody = describe("everybody", "Everybody", repeats);
  measure(report.everybody, repeats, input.thresholds.decision);
  for (const ReportGroup& group : input.groups) report.groups.push_back(report_group(input, group));
  report.roc = roc_curve(repeats);
  report.calibration = calibration_points(repeats);
  report.histogram = risk_histogram(repeats);
  report.decision = TRY(decision_curve(repeats, input.thresholds.net_benefit));
  return report;
}

Result<Estimate> averaged_metric(std::string_view metric, const ReportInput& input) {
  const Metric* found = find_metric(metric);
  if (!found) return not_found(fmt::format("there is no metric \"{}\"", metric));
  return average(*found, TRY(checked_rows(input)), input.thresholds.decision);
}

Result<Estimate> averaged_log_loss_difference(const ReportInput& input,
                                              std::span<const std::vector<double>> reference) {
  ReportInput other = input;
  other.repeats = reference;
  const auto repeats = TRY(checked_rows(input)), references = TRY(checked_rows(other));
  if (repeats.size() != references.size()) {
    return invalid_input(
        fmt::format("{} repeats cannot be compared with {}", repeats.size(), references.size()));
  }
  MeanEstimate mean;
  for (std::size_t r = 0; r < repeats.size(); ++r) {
    if (repeats[r].rows != references[r].rows) {
      return invalid_input(
          fmt::format("repeat {}: the two predict different rows and cannot be paired", r + 1));
    }
    mean.add(TRY(log_loss_difference(repeats[r].outcomes, repeats[r].risks, references[r].risks,
                                     repeats[r].persons)));
  }
  return mean.mean();
}

}  // namespace relearn
