#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "learning/evaluation/report_text.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kListMax = 10'000;
constexpr std::size_t kTextMax = 500;  // bytes

/// Reads keys that must be there; the first problem of the whole document is kept.
class Reader {
 public:
  Reader(const Json& node, std::string place, std::string& problem)
      : node_(node), place_(std::move(place)), problem_(problem) {}

  bool has(const char* key) const { return node_.is_object() && node_.contains(key); }

  double number(const char* key) {
    const Json* found = required(key);
    if (found == nullptr) return 0;
    const bool plain = found->is_number() && std::isfinite(found->get<double>());
    if (!plain) refuse(key, "is no finite number");
    return plain ? found->get<double>() : 0;
  }
  /// null, which was not finite, is NaN.
  double number_or_null(const char* key) {
    const Json* found = required(key);
    if (found != nullptr && found->is_null()) return std::numeric_limits<double>::quiet_NaN();
    return number(key);
  }
  std::size_t count(const char* key) {
    const Json* found = required(key);
    if (found != nullptr && found->is_number_unsigned()) return found->get<std::size_t>();
    refuse(key, "is no whole number from 0 on");
    return 0;
  }
  std::string text(const char* key) {
    const Json* found = required(key);
    if (found != nullptr && found->is_string()) {
      if (auto value = found->get<std::string>(); value.size() <= kTextMax) return value;
    }
    refuse(key, "is no text, or too long");
    return "";
  }
  template <typename Use>
  void part(const char* key, Use use) {
    if (const Json* found = required(key)) use(Reader(*found, place_ + key + ".", problem_));
  }
  template <typename Use>
  void each(const char* key, Use use) {
    const Json* found = required(key);
    if (found == nullptr) return;
    if (!found->is_array() || found->size() > kListMax)
      return refuse(key, "is no list, or too long");
    for (const Json& item : *found) use(Reader(item, place_ + key + ".", problem_));
  }
  /// In the order of the document.
  template <typename Use>
  void members(const char* key, Use use) {
    const Json* found = required(key);
    if (found == nullptr) return;
    if (!found->is_object() || found->size() > kListMax) return refuse(key, "is no object");
    for (const auto& [name, item] : found->items()) {
      use(name, Reader(item, fmt::format("{}{}.{}.", place_, key, name), problem_));
    }
  }
  void refuse(const char* key, std::string_view why) {
    if (problem_.empty()) problem_ = fmt::format("{}{} {}", place_, key, why);
  }

 private:
  const Json* required(const char* key) {
    if (has(key)) return &node_[key];
    refuse(key, "is missing");
    return nullptr;
  }
  const Json& node_;
  std::string place_;
  std::string& problem_;
};

GroupReport group_of(Reader in) {
  GroupReport group;
  group.id = in.text("id");
  group.label = in.text("label");
  group.rows = in.count("rows");
  group.persons = in.count("persons");
  group.cases = in.count("cases");
  group.non_cases = in.count("non_cases");
  if (in.has("not_estimable_because")) {
    group.not_estimable_because = in.text("not_estimable_because");
    return group;
  }
  in.members("metrics", [&](const std::string& id, Reader metric) {
    Measurement measurement{id, id, {}, ""};
    if (metric.has("undefined_because")) {
      measurement.undefined_because = metric.text("undefined_because");
    } else {
      measurement.estimate = {metric.number("value"), metric.number_or_null("standard_error"),
                              metric.number_or_null("low"), metric.number_or_null("high")};
    }
    group.measurements.push_back(std::move(measurement));
  });
  return group;
}

void read_curves(Reader in, Report& report) {
  in.each("roc", [&](Reader point) {
    report.roc.push_back({point.number("false_positive_rate"), point.number("sensitivity")});
  });
  in.each("calibration", [&](Reader point) {
    report.calibration.push_back({point.number("risk"), point.number("observed"),
                                  point.number("low"), point.number("high")});
  });
  in.each("histogram", [&](Reader bin) {
    report.histogram.push_back(
        {bin.number("low"), bin.number("high"), bin.number("cases"), bin.number("non_cases")});
  });
  in.each("decision", [&](Reader point) {
    report.decision.push_back({point.number("threshold"), point.number("net_benefit"),
                               point.number("low"), point.number("high"),
                               point.number("treat_all")});
  });
}

}  // namespace

Result<Report> report_from_json(std::string_view text) {
  const Json document = Json::parse(text, nullptr, false);
  std::string problem;
  Reader in(document, "", problem);
  Report report;
  report.repeats = in.count("repeats");
  in.part("thresholds", [&](Reader thresholds) {
    report.thresholds = {
        thresholds.number("decision"),
        thresholds.number("moderate"),
        {thresholds.number("net_benefit_low"), thresholds.number("net_benefit_high")}};
  });
  in.part("everybody", [&](Reader group) { report.everybody = group_of(group); });
  in.each("groups", [&](Reader group) { report.groups.push_back(group_of(group)); });
  in.part("curves", [&](Reader curves) { read_curves(curves, report); });
  if (!problem.empty()) {
    return broken_invariant(fmt::format("the report is refused: {}", problem));
  }
  return report;
}

}  // namespace relearn
