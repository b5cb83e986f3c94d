// Outcomes that a test on arrival held back, and what a person decides about them.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "http/flat_body.h"
#include "http/query.h"
#include "http/routes.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kQuarantinesMax = 100;

Json quarantine_json(const Quarantine& quarantine) {
  const bool open = quarantine.state == QuarantineState::Open;
  const auto decided = [open](const std::string& text) { return open ? Json() : Json(text); };
  return {{"id", quarantine.id},
          {"disease", quarantine.what.disease},
          {"scope", quarantine_scope_word(quarantine.what.scope)},
          {"subject", quarantine.what.subject},
          {"reason", quarantine.what.reason},
          {"records", quarantine.what.records},
          {"state", quarantine_state_word(quarantine.state)},
          {"opened_at", to_text(quarantine.opened_at)},
          {"decided_at", decided(to_text(quarantine.decided_at))},
          {"decided_by", decided(quarantine.decided_by)},
          {"decision_reason", decided(quarantine.decision_reason)}};
}

HttpResponse answer_decision(const Api& api, const HttpRequest& request, QuarantineState decision) {
  auto found = api.access->find_role(request, {Role::Admin, Role::Approver});
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  const User& user = *std::get<Caller>(found).user;
  auto body = read_texts(request, {{"reason"}, {}});
  if (auto* refused = std::get_if<HttpResponse>(&body)) return std::move(*refused);
  const std::string reason(trim(std::get<Texts>(body).at("reason")));
  if (reason.empty()) return problem(422, "reason: is needed, one sentence", "reason");
  const auto number = path_number(request, "quarantine");
  if (!number) return problem(404, "there is no such quarantine");
  const auto closed =
      api.records->close_quarantine(*number, decision, user.email, reason, api.now());
  if (!closed.ok()) return problem_of(closed.error());
  HttpResponse response;
  response.body = Json{{"id", *number}, {"state", quarantine_state_word(decision)}}.dump();
  response.did = fmt::format("quarantine {} is {}, by {}", *number, quarantine_state_word(decision),
                             actor_text({user.id, user.role}));
  return response;
}

}  // namespace

/// The open ones first, then the latest.
HttpResponse answer_quarantines(const Api& api, const HttpRequest& request) {
  auto found = api.access->find_role(request, {Role::Admin, Role::Approver});
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  if (auto refused = check_query(request, {})) return *refused;
  std::vector<Quarantine> all;
  for (const DiseaseFile& disease : api.models->diseases()) {
    auto quarantines = api.records->quarantines(disease.id);
    if (!quarantines.ok()) return problem_of(quarantines.error());
    std::ranges::copy(quarantines.value(), std::back_inserter(all));
  }
  std::ranges::sort(all, [](const Quarantine& one, const Quarantine& other) {
    const bool open = one.state == QuarantineState::Open;
    if (open != (other.state == QuarantineState::Open)) return open;
    return one.id > other.id;
  });
  all.resize(std::min(all.size(), kQuarantinesMax));
  Json list = Json::array();
  for (const Quarantine& quarantine : all) list.push_back(quarantine_json(quarantine));
  HttpResponse response;
  response.body = Json{{"quarantines", list}}.dump();
  return response;
}

HttpResponse answer_release(const Api& api, const HttpRequest& request) {
  return answer_decision(api, request, QuarantineState::Released);
}

HttpResponse answer_uphold(const Api& api, const HttpRequest& request) {
  return answer_decision(api, request, QuarantineState::Upheld);
}

}  // namespace relearn
