// When diseases are retrained by themselves.
#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "http/flat_body.h"
#include "http/routes.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kReasonBytesMax = 1000;

Json number_json(const std::optional<int>& number) { return number ? Json(*number) : Json(); }

Json policy_json(const std::string& disease, const RetrainPolicy& policy,
                 const RetrainSituation& situation) {
  const auto& last = situation.last_attempt;
  return {{"disease", disease},
          {"every_days", number_json(policy.every_days)},
          {"new_outcomes", number_json(policy.new_outcomes)},
          {"last_attempt_at", last ? Json(to_text(*last)) : Json()},
          {"confirmed_since", situation.confirmed_since}};
}

Result<Json> read_policy(const Api& api, const std::string& disease) {
  const RetrainPolicy policy = TRY(api.policies->policy(disease));
  const RetrainSituation situation = TRY(api.policies->situation(disease));
  return policy_json(disease, policy, situation);
}

/// A whole number, or null for "not for this reason".
std::optional<HttpResponse> read_number(const BodyMember& member, std::optional<int>& number) {
  if (member.kind == BodyMember::Kind::Null) {
    number.reset();
    return std::nullopt;
  }
  int value = 0;
  const std::string& text = member.text;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (member.kind != BodyMember::Kind::Number || read.ec != std::errc() ||
      read.ptr != text.data() + text.size()) {
    return problem(422, fmt::format("{}: must be a whole number, or null for never", member.key),
                   member.key);
  }
  number = value;
  return std::nullopt;
}

std::optional<HttpResponse> read_wanted(const HttpRequest& request, RetrainPolicy& policy,
                                        std::string& reason) {
  auto body = read_flat_body(request);
  if (auto* refused = std::get_if<HttpResponse>(&body)) return std::move(*refused);
  for (const BodyMember& member : std::get<0>(body)) {
    std::optional<HttpResponse> refused;
    if (member.key == "every_days") {
      refused = read_number(member, policy.every_days);
    } else if (member.key == "new_outcomes") {
      refused = read_number(member, policy.new_outcomes);
    } else if (member.key == "reason" && member.kind == BodyMember::Kind::String) {
      reason = trim(member.text);
    } else {
      const std::string key = shown_key(member.key);
      refused = problem(422, fmt::format("{}: is not known here, or is no text", key), key);
    }
    if (refused) return refused;
  }
  if (reason.empty() || reason.size() > kReasonBytesMax) {
    return problem(422,
                   fmt::format("reason: a text of 1 to {} bytes is needed; the ledger keeps it",
                               kReasonBytesMax),
                   "reason");
  }
  return std::nullopt;
}

}  // namespace

HttpResponse answer_policies(const Api& api, const HttpRequest& request) {
  auto caller = api.access->find_role(request, {Role::Admin, Role::Approver});
  if (auto* refused = std::get_if<HttpResponse>(&caller)) return std::move(*refused);
  Json list = Json::array();
  for (const DiseaseFile& disease : api.models->diseases()) {
    auto policy = read_policy(api, disease.id);
    if (!policy.ok()) return problem_of(policy.error());
    list.push_back(policy.take_value());
  }
  HttpResponse response;
  response.body = Json{{"policies", list}}.dump();
  return response;
}

HttpResponse answer_set_policy(const Api& api, const HttpRequest& request) {
  auto caller = api.access->find_role(request, {Role::Admin});
  if (auto* refused = std::get_if<HttpResponse>(&caller)) return std::move(*refused);
  const User& user = *std::get<Caller>(caller).user;
  const std::string& disease = request.path_parts.at("disease");
  if (api.models->disease(disease) == nullptr) {
    return problem(404, fmt::format("there is no disease '{}' here; see /api/diseases", disease));
  }
  RetrainPolicy policy;
  std::string reason;
  if (auto refused = read_wanted(request, policy, reason)) return std::move(*refused);
  const auto set =
      api.policies->set_policy(disease, policy, {user.id, user.role}, reason, api.now());
  if (!set.ok()) return problem_of(set.error());
  auto now = read_policy(api, disease);
  if (!now.ok()) return problem_of(now.error());
  HttpResponse response;
  response.body = now.value().dump();
  response.did = fmt::format("the policy of {} was changed", disease);
  return response;
}

}  // namespace relearn
