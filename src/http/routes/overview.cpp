// Figures: of one account, and of the whole platform for those who keep it.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "http/alarm_json.h"
#include "http/routes.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kAlarmsTold = 20;
constexpr std::array<Role, 4> kRoles = {Role::Patient, Role::Clinician, Role::Approver,
                                        Role::Admin};

Json summary_json(const DiseaseSummary& summary) {
  const auto& risk = summary.latest_risk;
  return {{"disease", summary.disease},
          {"predictions", summary.predictions},
          {"latest_risk_pct", risk ? Json(shown_percent(risk->value)) : Json()},
          {"latest_class", summary.latest_shown},
          {"latest_at", to_text(summary.latest_at)}};
}

/// `asks`: of a retrain that somebody starts by hand, as the disease's plan says.
Json disease_json(const DiseaseFile& disease, const ServedModel* live,
                  const DiseaseCounts& counts) {
  const PeopleNeeded& needed = disease.plan.needed_for(RetrainTrigger::Button);
  const bool told = live != nullptr && counts.live_since;
  return {{"disease", disease.id},
          {"name", disease.name},
          {"live_version", live != nullptr ? Json(live->version) : Json()},
          {"live_since", told ? Json(to_text(*counts.live_since)) : Json()},
          {"forced", live != nullptr && live->forced},
          {"predictions", counts.predictions},
          {"awaiting", counts.awaiting},
          {"reported", counts.reported},
          {"confirmed", counts.confirmed},
          {"contested", counts.contested},
          {"retracted", counts.retracted},
          {"new_confirmed", counts.new_confirmed},
          {"new_positive", counts.new_positive},
          {"asks", {{"confirmed", needed.persons}, {"positive", needed.cases}}},
          {"evidence_tier",
           live != nullptr ? Json(fact_of(live->saved.facts, "evidence_tier")) : Json()},
          {"open_quarantines", counts.open_quarantines}};
}

/// The most urgent ones first, then the latest.
Result<Json> open_alarms(const Api& api) {
  auto open = TRY(api.watch->alarms("", AlarmsWanted::Open, 0, kAlarmsTold));
  std::ranges::stable_sort(open, std::ranges::greater(),
                           [](const Alarm& alarm) { return alarm.what.tier; });
  Json list = Json::array();
  for (const Alarm& alarm : open) list.push_back(alarm_json(alarm));
  return list;
}

}  // namespace

HttpResponse answer_me(const Api& api, const HttpRequest& request) {
  auto found = api.access->find_signed_in(request);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  const User& user = *std::get<Caller>(found).user;
  HttpResponse response;
  response.body =
      Json{{"email", user.email}, {"full_name", user.full_name}, {"role", role_word(user.role)}}
          .dump();
  return response;
}

HttpResponse answer_user_stats(const Api& api, const HttpRequest& request) {
  auto found = api.access->find_signed_in(request);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  const auto summary = api.overview->summary_of(std::get<Caller>(found).user->id);
  if (!summary.ok()) return problem_of(summary.error());
  Json diseases = Json::array();
  for (const DiseaseSummary& disease : summary.value().diseases) {
    diseases.push_back(summary_json(disease));
  }
  HttpResponse response;
  response.body = Json{{"predictions", summary.value().predictions},
                       {"by_disease", diseases},
                       {"member_since", to_text(summary.value().member_since)}}
                      .dump();
  return response;
}

HttpResponse answer_admin_stats(const Api& api, const HttpRequest& request) {
  auto found = api.access->find_role(request, {Role::Admin, Role::Approver});
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  auto roles = api.overview->count_roles();
  if (!roles.ok()) return problem_of(roles.error());
  Json users = {{"total", 0}};
  std::uint64_t accounts = 0, predictions = 0, awaiting = 0;
  for (const Role role : kRoles) {
    users[std::string(role_word(role))] = roles.value()[role];
    accounts += roles.value()[role];
  }
  users["total"] = accounts;
  Json diseases = Json::array();
  for (const DiseaseFile& disease : api.models->diseases()) {
    const auto counts = api.overview->count_disease(disease, api.now());
    if (!counts.ok()) return problem_of(counts.error());
    predictions += counts.value().predictions;
    awaiting += counts.value().awaiting;
    diseases.push_back(disease_json(disease, api.models->find(disease.id).get(), counts.value()));
  }
  auto alarms = open_alarms(api);
  if (!alarms.ok()) return problem_of(alarms.error());
  HttpResponse response;
  response.body = Json{
      {"users", users},
      {"predictions", predictions},
      {"awaiting", awaiting},
      {"alarms", alarms.take_value()},
      {"diseases",
       diseases}}.dump();
  return response;
}

}  // namespace relearn
