// What the routes about models have in common: who may, what the path names, how an attempt is
// told.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <variant>

#include "http/routes.h"

namespace relearn {

/// Models are looked at by whoever works with them; patients are told their own risks.
inline constexpr std::initializer_list<Role> kWhoReadsModels = {Role::Clinician, Role::Approver,
                                                                Role::Admin};
inline constexpr std::initializer_list<Role> kWhoDecides = {Role::Approver, Role::Admin};
inline constexpr std::initializer_list<Role> kAdmins = {Role::Admin};

/// 401 for a guest, 403 for an account with another role.
std::variant<Actor, HttpResponse> find_actor(const Api& api, const HttpRequest& request,
                                             std::initializer_list<Role> roles);

/// An actor, and the disease of the path.
struct AtDisease {
  Actor actor;
  const DiseaseFile& disease;
};
/// As find_actor; 404 for a disease that is not here.
std::variant<AtDisease, HttpResponse> find_at_disease(const Api& api, const HttpRequest& request,
                                                      std::initializer_list<Role> roles);

/// The number that this part of the path is; 0 where it is none: nothing has that number.
std::int64_t number_of(const HttpRequest& request, std::string_view part);

/// NotFound names where to look.
Result<Attempt> find_attempt_of(const Api& api, const HttpRequest& request);
Result<Version> find_version_of(const Api& api, std::string_view disease, std::int64_t number);

/// The version that answers predictions now: the live one, as soon as it is loaded. 0: none.
std::int64_t serving_version(const Api& api, std::string_view disease);

/// As problem_of, for what may be wrong with kept files: 409 when they were erased, 500 when they
/// were changed. Where they lie is told to the log only.
HttpResponse problem_of_kept(const Api& api, const Error& error);

/// The JSON document, or what is wrong. Whatever the command line stored as a reason can be told.
template <typename Json>
HttpResponse told(const Result<Json>& json) {
  if (!json.ok()) return problem_of(json.error());
  HttpResponse response;
  response.body = json.value().dump(-1, ' ', false, Json::error_handler_t::replace);
  return response;
}

/// The attempt of the path as it is now, as `reader` sees it, and which version answers
/// predictions.
HttpResponse told_attempt(const Api& api, const AtDisease& reader, const HttpRequest& request);
/// The same of a version.
HttpResponse told_version(const Api& api, const Version& version);

}  // namespace relearn
