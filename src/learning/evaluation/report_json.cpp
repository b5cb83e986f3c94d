#include <nlohmann/json.hpp>

#include "learning/evaluation/report_text.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;
constexpr int kIndent = 1;

Json json_of(const Estimate& estimate) {
  return {{"value", estimate.value},
          {"standard_error", estimate.standard_error},
          {"low", estimate.low},
          {"high", estimate.high}};
}

Json json_of(const GroupReport& group) {
  Json json = {{"id", group.id},           {"label", group.label}, {"rows", group.rows},
               {"persons", group.persons}, {"cases", group.cases}, {"non_cases", group.non_cases}};
  if (!group.not_estimable_because.empty()) {
    json["not_estimable_because"] = group.not_estimable_because;
    return json;
  }
  Json& metrics = json["metrics"] = Json::object();
  for (const Measurement& measurement : group.measurements) {
    metrics[measurement.id] = measurement.defined()
                                  ? json_of(measurement.estimate)
                                  : Json{{"undefined_because", measurement.undefined_because}};
  }
  return json;
}

Json curves_of(const Report& report) {
  Json roc = Json::array(), calibration = Json::array(), histogram = Json::array(),
       decision = Json::array();
  for (const RocPoint& point : report.roc) {
    roc.push_back(
        {{"false_positive_rate", point.false_positive_rate}, {"sensitivity", point.sensitivity}});
  }
  for (const CalibrationPoint& point : report.calibration) {
    calibration.push_back({{"risk", point.risk},
                           {"observed", point.observed},
                           {"low", point.low},
                           {"high", point.high}});
  }
  for (const RiskBin& bin : report.histogram) {
    histogram.push_back(
        {{"low", bin.low}, {"high", bin.high}, {"cases", bin.cases}, {"non_cases", bin.non_cases}});
  }
  for (const DecisionPoint& point : report.decision) {
    decision.push_back({{"threshold", point.threshold},
                        {"net_benefit", point.net_benefit},
                        {"low", point.low},
                        {"high", point.high},
                        {"treat_all", point.treat_all}});
  }
  return {
      {"roc", roc}, {"calibration", calibration}, {"histogram", histogram}, {"decision", decision}};
}

std::string dump(const Json& json) {
  return json.dump(kIndent, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string report_to_json(const Report& report) {
  Json groups = Json::array();
  for (const GroupReport& group : report.groups) groups.push_back(json_of(group));
  return dump({{"repeats", report.repeats},
               {"confidence", 0.95},
               {"thresholds",
                {{"decision", report.thresholds.decision},
                 {"moderate", report.thresholds.moderate},
                 {"net_benefit_low", report.thresholds.net_benefit.low},
                 {"net_benefit_high", report.thresholds.net_benefit.high}}},
               {"everybody", json_of(report.everybody)},
               {"groups", groups},
               {"curves", curves_of(report)}});
}

std::string evidence_to_json(const EvidenceTier& evidence) {
  return dump({{"tier", tier_name(evidence.tier)},
               {"earned", tier_name(evidence.earned)},
               {"parameters", evidence.facts.parameters},
               {"persons", evidence.facts.persons},
               {"cases", evidence.facts.cases},
               {"synthetic", evidence.facts.synthetic},
               {"anticipated_auroc", evidence.anticipated_auroc},
               {"r_squared", evidence.r_squared},
               {"needed_for_shrinkage", evidence.size.for_shrinkage},
               {"needed_for_optimism", evidence.size.for_optimism},
               {"needed_for_overall_risk", evidence.size.for_overall_risk},
               {"sentences", evidence.sentences}});
}

}  // namespace relearn
