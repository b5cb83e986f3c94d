// What was predicted: one's own, one with its outcomes, and those that wait for an outcome.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "http/query.h"
#include "http/routes.h"
#include "records/awaiting_order.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kHistoryUsual = 100;
constexpr std::size_t kHistoryMax = 1000;
constexpr std::size_t kInboxMax = 100;
constexpr std::size_t kInboxUsual = 20;

Json prediction_json(const Prediction& prediction) {
  return {{"prediction_id", prediction.id.text},
          {"disease", prediction.disease},
          {"made_at", to_text(prediction.made_at)},
          {"inputs", std::map(prediction.inputs.begin(), prediction.inputs.end())},
          {"risk", prediction.risk ? Json(shown_risk(prediction.risk->value)) : Json()},
          {"risk_class", prediction.shown},
          {"model_digest", prediction.model_version}};
}

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json events_json(const std::vector<OutcomeEvent>& events, const User& reader) {
  Json list = Json::array();
  for (const OutcomeEvent& event : events) {
    list.push_back({{"state", state_word(event.state)},
                    {"value", event.value == OutcomeValue::Present ? 1 : 0},
                    {"source", source_word(event.source)},
                    {"reference_standard", text_or_null(event.reference_standard)},
                    {"observed_on", to_text(event.observed_on)},
                    {"recorded_at", to_text(event.recorded_at)},
                    {"reason", text_or_null(event.reason)},
                    {"by_me", event.actor == reader.email}});
  }
  return list;
}

Json awaiting_json(const AwaitingPrediction& awaiting) {
  Json json = prediction_json(awaiting.prediction);
  json["reference"] = text_or_null(awaiting.reference);
  json["state"] = awaiting.state ? state_word(*awaiting.state) : "none";
  json["teaches"] = shown_risk(teaches(awaiting.prediction.risk));
  json["drawn"] = awaiting.drawn;
  return json;
}

/// The diseases that the query names: one, or all.
Result<std::vector<std::string>> wanted_diseases(const Api& api, const HttpRequest& request) {
  const std::string wanted = query_value(request, "disease");
  std::vector<std::string> ids;
  for (const DiseaseFile& disease : api.models->diseases()) {
    if (wanted.empty() || disease.id == wanted) ids.push_back(disease.id);
  }
  if (ids.empty()) {
    return not_found(fmt::format("disease: '{}' is not here; see /api/diseases", wanted));
  }
  return ids;
}

}  // namespace

HttpResponse answer_history(const Api& api, const HttpRequest& request) {
  auto found = api.access->find_signed_in(request);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  if (auto refused = check_query(request, {"before", "limit"})) return *refused;
  const auto limit = query_count(request, "limit", kHistoryUsual, kHistoryMax);
  if (!limit.ok()) return problem_of(limit.error(), "limit");
  const auto predictions = api.overview->history_of(
      std::get<Caller>(found).user->id, {query_value(request, "before")}, limit.value());
  if (!predictions.ok()) return problem_of(predictions.error(), "before");
  Json list = Json::array();
  for (const Prediction& prediction : predictions.value()) {
    list.push_back(prediction_json(prediction));
  }
  HttpResponse response;
  response.body = Json{{"predictions", list}}.dump();
  return response;
}

/// Clinicians see every prediction, patients their own; of another's they are not told that it is
/// there.
HttpResponse answer_prediction(const Api& api, const HttpRequest& request) {
  auto found = api.access->find_signed_in(request);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  const User& user = *std::get<Caller>(found).user;
  if (user.role == Role::Admin) {
    return problem(403, "a prediction is for clinicians, approvers and whom it is about");
  }
  const auto details = api.overview->details_of({request.path_parts.at("prediction")});
  if (!details.ok()) return problem_of(details.error());
  const auto& known = details.value();
  const bool own = known && known->prediction.person == user.person;
  if (!known || (user.role == Role::Patient && !own)) {
    return problem(404, "there is no such prediction");
  }
  Json json = prediction_json(known->prediction);
  json["reference"] = text_or_null(known->reference);
  json["outcomes"] = events_json(known->events, user);
  HttpResponse response;
  response.body = json.dump();
  return response;
}

HttpResponse answer_inbox(const Api& api, const HttpRequest& request) {
  auto found = api.access->find_role(request, {Role::Clinician, Role::Approver});
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  if (auto refused = check_query(request, {"disease", "limit"})) return *refused;
  const auto limit = query_count(request, "limit", kInboxUsual, kInboxMax);
  if (!limit.ok()) return problem_of(limit.error(), "limit");
  const auto diseases = wanted_diseases(api, request);
  if (!diseases.ok()) return problem_of(diseases.error(), "disease");
  std::uint64_t total = 0;
  std::vector<AwaitingLists> lists;
  for (const std::string& disease : diseases.value()) {
    auto awaiting = api.overview->awaiting(disease, limit.value());
    if (!awaiting.ok()) return problem_of(awaiting.error());
    total += awaiting.value().awaiting;
    lists.push_back(awaiting.take_value());
  }
  Json list = Json::array();
  for (const AwaitingPrediction& each : order_awaiting(std::move(lists), limit.value())) {
    list.push_back(awaiting_json(each));
  }
  HttpResponse response;
  response.body = Json{{"awaiting", total}, {"predictions", list}}.dump();
  return response;
}

}  // namespace relearn
