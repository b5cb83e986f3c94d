#include "lifecycle/watch/watch_json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "learning/metrics/calibration_e_process.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kLargest = 1e300;
constexpr double kDigits = 1e4;
constexpr std::size_t kBlocksMax = 100;

/// Four decimals: what is told of people is no more exact than that.
double shown(double value) { return std::round(value * kDigits) / kDigits; }
double percent(double share) { return std::round(share * 1000) / 10; }
double wealth_of(double value) {
  return std::isfinite(value) ? std::min(value, kLargest) : kLargest;
}

Json moment_json(const std::optional<Moment>& moment) {
  return moment ? Json(to_text(*moment)) : Json();
}

Json optional_json(const std::optional<double>& value) {
  return value ? Json(shown(*value)) : Json();
}

Json estimate_json(const std::optional<Estimate>& estimate) {
  if (!estimate) return Json();
  return {{"value", shown(estimate->value)},
          {"low", shown(estimate->low)},
          {"high", std::isfinite(estimate->high) ? Json(shown(estimate->high)) : Json()}};
}

Json compared_json(const Compared& compared) {
  return {{"index", shown(compared.index)},
          {"limit", shown(compared.limit)},
          {"p_adjusted", compared.p_adjusted},
          {"shifted", compared.unlike}};
}

Json text_json(const Text& text) {
  Json json = Json::object();
  for (const auto& [language, words] : text) json[language] = words;
  return json;
}

Json input_json(const DiseaseFile& disease, const ComparedInput& input) {
  const int predictor = disease.find(input.id);
  const Text label =
      predictor < 0 ? Text() : disease.predictors[static_cast<std::size_t>(predictor)].label;
  Json json = {{"input", input.id}, {"label", text_json(label)}};
  json.update(compared_json(input.values));
  json["p"] = input.values.p;
  json["missing_pct"] = percent(input.missing_share);
  json["missing_reference_pct"] = percent(input.missing_share_before);
  json["missing_p_adjusted"] = input.missing.p_adjusted;
  json["missing_more"] = input.missing.unlike;
  json["outside_limits_pct"] = percent(input.outside_share);
  json["outside_more"] = input.outside.unlike;
  return json;
}

Json block_json(const RealisedBlock& block) {
  return {{"from", to_text(block.from)},
          {"to", to_text(block.to)},
          {"people", block.people},
          {"cases", block.cases},
          {"auroc", estimate_json(block.auroc)},
          {"observed_to_expected", estimate_json(block.observed_to_expected)}};
}

Json calibration_json(const OutcomeFigures& outcomes) {
  const CalibrationWatch& calibration = outcomes.calibration;
  Json points = Json::array();
  for (const CalibrationWatch::Point& point : calibration.points) {
    points.push_back({{"at", to_text(point.at)},
                      {"people", point.people},
                      {"wealth", wealth_of(point.wealth)},
                      {"detector", wealth_of(point.detector)}});
  }
  return {{"people", outcomes.people},
          {"wealth", wealth_of(calibration.wealth)},
          {"highest", wealth_of(calibration.highest)},
          {"act_at", CalibrationEProcess::kAlarm},
          {"detector", wealth_of(calibration.detector)},
          {"detector_highest", wealth_of(calibration.detector_highest)},
          {"investigate_at", CalibrationEProcess::kDetectorAlarm},
          {"points", points}};
}

Json class_json(const char* name, const ConfirmationClass& one) {
  const double share = one.predictions == 0 ? 0
                                            : static_cast<double>(one.confirmed) /
                                                  static_cast<double>(one.predictions);
  return {{"class", name},
          {"predictions", one.predictions},
          {"confirmed", one.confirmed},
          {"share_pct", one.predictions == 0 ? Json() : Json(percent(share))}};
}

Json confirmation_json(const DiseaseFile& disease, const Confirmation& confirmation) {
  Json curve = Json::array();
  for (const ConfirmationPoint& point : confirmation.curve) {
    curve.push_back({{"days", point.days},
                     {"share_pct", percent(point.share)},
                     {"low_pct", percent(point.low)},
                     {"high_pct", percent(point.high)}});
  }
  return {{"maturity_days", disease.outcome.maturity_days},
          {"curve", curve},
          {"by_class",
           {class_json("high", confirmation.high), class_json("not_high", confirmation.not_high)}},
          {"differs", confirmation.differs}};
}

Json window_json(const WatchFigures& figures) {
  if (!figures.window_from) return Json();
  return {{"people_wanted", kWindowPeople},
          {"days_max", kWindowDays},
          {"people", figures.window_people},
          {"from", to_text(*figures.window_from)}};
}

Json return_json(const WatchFigures& figures) {
  const ReturnDecision& way_back = figures.way_back;
  return {{"state", return_state_word(way_back.state)},
          {"until", moment_json(way_back.until)},
          {"to_version", figures.before == 0 ? Json() : Json(figures.before)},
          {"people", way_back.people},
          {"wealth", wealth_of(way_back.wealth)},
          {"returns_at", way_back.needed},
          {"sentence", way_back.sentence}};
}

}  // namespace

std::string estimated_json(const WindowFindings& findings) {
  if (!findings.estimated) return "";
  const EstimatedPerformance& estimated = *findings.estimated;
  return Json{{"from", to_text(findings.from)},
              {"to", to_text(findings.to)},
              {"people", findings.people},
              {"auroc", shown(estimated.auroc)},
              {"low", optional_json(estimated.low)},
              {"high", optional_json(estimated.high)},
              {"mean_risk", shown(estimated.mean_risk)},
              {"outside", estimated.outside}}
      .dump();
}

std::string drift_json(const DiseaseFile& disease, const WindowFindings& findings) {
  if (findings.inputs.empty()) return "";
  Json inputs = Json::array();
  for (const ComparedInput& input : findings.inputs) inputs.push_back(input_json(disease, input));
  return Json{{"from", to_text(findings.from)},
              {"to", to_text(findings.to)},
              {"people", findings.people},
              {"guests", findings.guests},
              {"inputs", inputs},
              {"risk", findings.risk ? compared_json(*findings.risk) : Json()}}
      .dump();
}

std::string figures_json(const DiseaseFile& disease, const WatchFigures& figures) {
  const OutcomeFigures& outcomes = figures.outcomes;
  Json blocks = Json::array();
  const std::size_t count = outcomes.blocks.size();
  for (std::size_t i = count > kBlocksMax ? count - kBlocksMax : 0; i < count; ++i) {
    blocks.push_back(block_json(outcomes.blocks[i]));
  }
  const auto& people = figures.reference_people;
  return Json{{"live_since", to_text(figures.live_since)},
              {"note", figures.note},
              {"reference", people ? Json{{"people", *people}} : Json()},
              {"window", window_json(figures)},
              {"realised", blocks},
              {"realised_total", outcomes.all ? block_json(*outcomes.all) : Json()},
              {"auroc_floor", disease.plan.floors.auroc},
              {"calibration", calibration_json(outcomes)},
              {"confirmation", confirmation_json(disease, figures.confirmation)},
              {"return", return_json(figures)}}
      .dump();
}

}  // namespace relearn
