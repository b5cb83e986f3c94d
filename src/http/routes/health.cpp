#include <nlohmann/json.hpp>

#include "http/routes.h"

namespace relearn {

/// The process answers; whether it can do its work is the other question.
HttpResponse answer_health(const HttpRequest&) {
  HttpResponse response;
  response.body = nlohmann::json{{"status", "up"}}.dump();
  return response;
}

/// The database answers. Which version of each disease is live; a disease without one is not there.
HttpResponse answer_ready(const Api& api, const HttpRequest&) {
  const auto users = api.people->count_users();
  if (!users.ok()) return problem_of(users.error());
  nlohmann::ordered_json models = nlohmann::ordered_json::object();
  for (const DiseaseFile& disease : api.models->diseases()) {
    if (const auto live = api.models->find(disease.id)) models[disease.id] = live->version;
  }
  HttpResponse response;
  response.body = nlohmann::ordered_json{{"status", "ready"}, {"models", models}}.dump();
  return response;
}

/// For this machine, where the scraper runs, and for admins from elsewhere.
HttpResponse answer_metrics(const Api& api, const HttpRequest& request) {
  const bool is_here = request.client == "127.0.0.1" || request.client == "::1";
  if (!is_here || !request.authorization.empty()) {
    auto found = api.access->find_role(request, {Role::Admin});
    if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  }
  for (const DiseaseFile& disease : api.models->diseases()) {
    if (const auto live = api.models->find(disease.id)) {
      api.metrics->set_live(disease.id, live->version);
    }
  }
  for (const DiseaseFile& disease : api.models->diseases()) {
    const auto open = api.watch->alarms(disease.id, AlarmsWanted::Open, 0, kOpenAlarmsOfDiseaseMax);
    if (!open.ok()) return problem_of(open.error());
    std::map<std::string, std::uint64_t> by_tier = {{"info", 0}, {"warn", 0}, {"act", 0}};
    for (const Alarm& alarm : open.value()) {
      ++by_tier[std::string(alarm_tier_word(alarm.what.tier))];
    }
    api.metrics->set_alarms(disease.id, by_tier);
  }
  HttpResponse response;
  response.content_type = "text/plain; version=0.0.4";
  response.body = api.metrics->text(resident_bytes());
  return response;
}

}  // namespace relearn
