// What a model, or the procedure that makes it, is worth: every metric of the catalogue with its
// interval, the same for subgroups, and the points of the charts. Made from outcomes and risks
// alone; plain data, for pages, files and the gate.
//
// Risks may come in R repeats (cross-validation repeated on other folds). Every metric is computed
// in each repeat and then averaged: value, standard error, and both ends of the interval. Averaging
// the risks themselves would judge a committee of R models that nobody publishes. The ends are
// those of a single repeat on average, which is slightly cautious for the mean.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "clinical/disease_file.h"
#include "learning/cohort/cohort.h"
#include "learning/metrics/estimate.h"

namespace relearn {

/// Some of the rows, under a name.
struct ReportGroup {
  std::string id;
  std::string label;
  std::vector<std::uint8_t> member;  // n; 1: belongs
};

/// The disease's subgroups (missing values belong nowhere) and, when there are several, the sites.
/// Labels are in `language`, else English.
std::vector<ReportGroup> report_groups(const DiseaseFile& disease, const Cohort& cohort,
                                       std::string_view language = "en");

struct ReportInput {
  std::span<const std::uint8_t> outcomes;        // n
  std::span<const std::vector<double>> repeats;  // R x n risks; NaN: this row was not predicted
  std::span<const std::uint32_t> persons;        // n, or empty: each row is a person
  DecisionThresholds thresholds;
  std::span<const ReportGroup> groups;
};

/// A metric's answer: an estimate, or one sentence why there is none.
struct Measurement {
  std::string id;     // of the catalogue
  std::string label;  // for a reader
  Estimate estimate;
  std::string undefined_because;  // empty: there is an estimate

  bool defined() const { return undefined_because.empty(); }
};

struct GroupReport {
  std::string id, label;
  std::size_t rows = 0, persons = 0;
  std::size_t cases = 0, non_cases = 0;   // persons with such a row
  std::string not_estimable_because;      // empty: there are measurements
  std::vector<Measurement> measurements;  // in the order of the catalogue

  /// Null when the group is not estimable or there is no such metric.
  const Measurement* find(std::string_view metric) const;
};

struct RocPoint {
  double false_positive_rate = 0;
  double sensitivity = 0;  // mean over repeats at this rate (Fawcett 2006, Pattern Recognit Lett
                           // 27:861, vertical averaging)
};

struct CalibrationPoint {
  double risk = 0;
  double observed = 0, low = 0, high = 0;  // share of cases, pointwise interval
};

/// How many people had a risk in [low, high), mean over repeats.
struct RiskBin {
  double low = 0, high = 0;
  double cases = 0, non_cases = 0;
};

struct DecisionPoint {
  double threshold = 0;
  double net_benefit = 0, low = 0, high = 0;
  double treat_all = 0;  // to treat nobody is 0
};

struct Report {
  std::size_t repeats = 0;
  DecisionThresholds thresholds;
  GroupReport everybody;
  std::vector<GroupReport> groups;
  std::vector<RocPoint> roc;
  std::vector<CalibrationPoint> calibration;  // empty: undefined for these risks
  std::vector<RiskBin> histogram;
  std::vector<DecisionPoint> decision;  // empty: the disease has no range of thresholds
};

/// Fewer persons than this with, or without, the disease: a subgroup's figures are not shown.
inline constexpr std::size_t kGroupClassMin = 20;

/// NotReady "undefined: one class only"; InvalidInput for different lengths and for risks outside
/// [0, 1]. Deterministic: same input, same bytes.
Result<Report> make_report(const ReportInput& input);

/// One metric of the catalogue, averaged over the repeats. NotFound for an unknown name.
Result<Estimate> averaged_metric(std::string_view metric, const ReportInput& input);

/// Log loss of `input` minus that of `reference` (as many repeats) on the same rows, paired,
/// averaged over the repeats: below 0 `input` is better.
Result<Estimate> averaged_log_loss_difference(const ReportInput& input,
                                              std::span<const std::vector<double>> reference);

}  // namespace relearn
