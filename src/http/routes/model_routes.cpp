#include "http/routes/model_routes.h"

#include <fmt/format.h>

#include <charconv>

namespace relearn {

std::variant<Actor, HttpResponse> find_actor(const Api& api, const HttpRequest& request,
                                             std::initializer_list<Role> roles) {
  auto found = api.access->find_role(request, roles);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  const User& user = *std::get<Caller>(found).user;
  return Actor{user.id, user.role};
}

std::variant<AtDisease, HttpResponse> find_at_disease(const Api& api, const HttpRequest& request,
                                                      std::initializer_list<Role> roles) {
  auto found = find_actor(api, request, roles);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  const std::string& id = request.path_parts.at("disease");
  const DiseaseFile* const disease = api.models->disease(id);
  if (disease != nullptr) return AtDisease{std::get<Actor>(found), *disease};
  return problem(404, fmt::format("there is no disease '{}' here; see /api/diseases", id));
}

std::int64_t number_of(const HttpRequest& request, std::string_view part) {
  const std::string& text = request.path_parts.find(part)->second;
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  return whole && text.front() != '0' && number > 0 ? number : 0;
}

Result<Attempt> find_attempt_of(const Api& api, const HttpRequest& request) {
  const std::string& disease = request.path_parts.at("disease");
  const std::int64_t number = number_of(request, "attempt");
  for (Attempt& attempt : TRY(api.desk->registry.versions->attempts(disease))) {
    if (attempt.number == number) return std::move(attempt);
  }
  return not_found(fmt::format("{} has no attempt {}; see /api/models/{}/attempts", disease,
                               request.path_parts.at("attempt"), disease));
}

Result<Version> find_version_of(const Api& api, std::string_view disease, std::int64_t number) {
  for (Version& version : TRY(api.desk->registry.versions->versions(disease))) {
    if (version.number == number) return std::move(version);
  }
  return not_found(
      fmt::format("{} has no such version; see /api/models/{}/versions", disease, disease));
}

std::int64_t serving_version(const Api& api, std::string_view disease) {
  const auto live = api.models->find(disease);
  return live ? live->version : 0;
}

HttpResponse problem_of_kept(const Api& api, const Error& error) {
  const bool about_files = error.message.starts_with(api.desk->registry.folder.string());
  if (error.kind == ErrorKind::NotReady) {
    return problem(409, about_files
                            ? "a model is not kept any more; it was erased when somebody it "
                              "learnt from withdrew"
                            : error.message);
  }
  if (error.kind != ErrorKind::BrokenInvariant) return problem_of(error);
  HttpResponse response = problem(
      500,
      "what is kept is not as it was written, or fails its check; nothing has changed, and the "
      "server's operator finds more under the request's id");
  response.log = error.message;
  return response;
}

}  // namespace relearn
