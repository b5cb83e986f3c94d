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

}  // namespace relearn
