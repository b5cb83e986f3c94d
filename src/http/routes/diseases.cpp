#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "clinical/unit.h"
#include "http/routes.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

/// How a value in each unit becomes one in the first.
Json conversions_json(const Predictor& predictor) {
  Json json = Json::array();
  const auto add = [&](const AcceptedUnit& unit) {
    json.push_back({{"unit", unit.ucum},
                    {"label", unit_for_people(unit.ucum)},
                    {"factor", unit.factor},
                    {"offset", unit.offset}});
  };
  add({predictor.unit, 1, 0});
  for (const AcceptedUnit& unit : predictor.accepted_units) add(unit);
  return json;
}

Json outcome_json(const OutcomeDefinition& outcome) {
  Json standards = Json::array();
  for (const ReferenceStandard& standard : outcome.reference_standards) {
    standards.push_back({{"id", standard.id},
                         {"label", standard.label},
                         {"source", standard.source},
                         {"trains", standard.trains}});
  }
  return {{"id", outcome.id},
          {"label", outcome.label},
          {"definition", outcome.definition},
          {"positive", outcome.positive},
          {"negative", outcome.negative},
          {"reference_standards", standards}};
}

Json predictor_json(const Predictor& predictor) {
  Json json = {
      {"id", predictor.id},
      {"label", predictor.label},
      {"help", predictor.help},
      {"kind", word_of(predictor.kind)},
      {"may_be_missing", predictor.missing != MissingPolicy::Reject || !predictor.in_model},
      {"used_by_the_model", predictor.in_model}};
  if (predictor.is_coded()) {
    Json codes = Json::array();
    for (const Code& code : predictor.codes) {
      codes.push_back({{"value", code.value}, {"word", code.word}, {"label", code.label}});
    }
    json["codes"] = codes;
    return json;
  }
  Json units = Json::array({predictor.unit});
  for (const AcceptedUnit& unit : predictor.accepted_units) units.push_back(unit.ucum);
  json["units"] = units;
  json["conversions"] = conversions_json(predictor);
  Json traps = Json::array();
  for (const UnitTrap& trap : predictor.unit_traps) {
    traps.push_back({{"low", trap.low},
                     {"high", trap.high},
                     {"likely_unit", unit_for_people(trap.likely_unit)}});
  }
  json["unit_traps"] = traps;
  json["possible"] = {predictor.hard.low, predictor.hard.high};
  json["usual"] = {predictor.soft.low, predictor.soft.high};
  return json;
}

Json summary_json(const DiseaseFile& disease, const LiveModels& models) {
  const auto live = models.find(disease.id);
  return {{"id", disease.id},
          {"name", disease.name},
          {"intended_use", disease.intended_use},
          {"live_version", live ? Json(live->version) : Json()}};
}

}  // namespace

HttpResponse answer_diseases(const Api& api, const HttpRequest&) {
  Json list = Json::array();
  for (const DiseaseFile& disease : api.models->diseases()) {
    list.push_back(summary_json(disease, *api.models));
  }
  HttpResponse response;
  response.body = Json{{"diseases", list}}.dump();
  return response;
}

HttpResponse answer_disease(const Api& api, const HttpRequest& request) {
  const std::string& id = request.path_parts.at("disease");
  const DiseaseFile* const disease = api.models->disease(id);
  if (disease == nullptr) {
    return problem(404, fmt::format("there is no disease '{}' here; see /api/diseases", id));
  }
  Json predictors = Json::array();
  for (const Predictor& predictor : disease->predictors) {
    predictors.push_back(predictor_json(predictor));
  }
  Json json = summary_json(*disease, *api.models);
  json["form_version"] = disease->version;
  json["population"] = disease->population;
  json["limitations"] = disease->limitations;
  json["outcome"] = outcome_json(disease->outcome);
  json["thresholds"] = {{"moderate", disease->thresholds.moderate},
                        {"decision", disease->thresholds.decision}};
  json["predictors"] = predictors;
  HttpResponse response;
  response.body = json.dump();
  return response;
}

}  // namespace relearn
