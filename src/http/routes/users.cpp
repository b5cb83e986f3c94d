// Accounts as an admin keeps them, and how somebody takes theirs away.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "http/flat_body.h"
#include "http/query.h"
#include "http/routes.h"
#include "lifecycle/registry/withdrawn_files.h"
#include "service/secrets/password.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kUsersMax = 100;
constexpr const char* kWithdrawReason = "the person asked";

Json account_json(const Account& account) {
  return {{"id", account.user.id.value},         {"email", account.user.email},
          {"full_name", account.user.full_name}, {"role", role_word(account.user.role)},
          {"disabled", account.user.disabled},   {"created_at", to_text(account.created_at)}};
}

Actor actor_of(const User& user) { return {user.id, user.role}; }

Result<Role> read_role(const std::string& word) {
  if (const auto role = parse_role(word)) return *role;
  return invalid_input(fmt::format(
      "role: '{}' is no role; known are patient, clinician, approver, admin", shown_key(word)));
}

/// The admin who asks and the account that the path names.
struct AdminAndUser {
  User admin;
  UserId user;
};

std::variant<AdminAndUser, HttpResponse> find_both(const Api& api, const HttpRequest& request) {
  auto found = api.access->find_role(request, {Role::Admin});
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  const auto user = path_number(request, "user");
  if (!user) return problem(404, "there is no such user");
  return AdminAndUser{*std::get<Caller>(found).user, {*user}};
}

HttpResponse answer_state(const Api& api, const HttpRequest& request, AccountState state) {
  auto found = find_both(api, request);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  const auto& [admin, user] = std::get<AdminAndUser>(found);
  const Actor by = actor_of(admin);
  const auto account = api.accounts->set_state(user, state, by, api.now());
  if (!account.ok()) return problem_of(account.error());
  HttpResponse response;
  response.body = account_json(account.value()).dump();
  response.did =
      fmt::format("user {} is {} now, by {}", user.value,
                  state == AccountState::Disabled ? "disabled" : "enabled", actor_text(by));
  return response;
}

/// Those that the query asks for: one by its e-mail, or the latest before a number.
Result<std::vector<Account>> wanted_accounts(const Api& api, const HttpRequest& request) {
  const std::string email = query_value(request, "email");
  if (!email.empty()) {
    auto found = TRY(api.accounts->find_account(email));
    std::vector<Account> one;
    if (found) one.push_back(std::move(*found));
    return one;
  }
  constexpr std::size_t kNumbersMax = std::numeric_limits<std::int64_t>::max();
  const std::size_t limit = TRY(query_count(request, "limit", kUsersMax, kUsersMax));
  const std::size_t before = TRY(query_count(request, "before", kNumbersMax, kNumbersMax));
  return api.accounts->accounts(UserId{static_cast<std::int64_t>(before)}, limit);
}

}  // namespace

HttpResponse answer_users(const Api& api, const HttpRequest& request) {
  auto found = api.access->find_role(request, {Role::Admin});
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  if (auto refused = check_query(request, {"email", "limit", "before"})) return *refused;
  const auto accounts = wanted_accounts(api, request);
  if (!accounts.ok()) return problem_of(accounts.error());
  Json list = Json::array();
  for (const Account& account : accounts.value()) list.push_back(account_json(account));
  HttpResponse response;
  response.body = Json{{"users", list}}.dump();
  return response;
}

/// With the password that is given; else with one that is invented and told once, here.
HttpResponse answer_add_user(const Api& api, const HttpRequest& request) {
  auto found = api.access->find_role(request, {Role::Admin});
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  const Actor by = actor_of(*std::get<Caller>(found).user);
  auto body = read_texts(request, {{"email", "role"}, {"password", "full_name"}});
  if (auto* refused = std::get_if<HttpResponse>(&body)) return std::move(*refused);
  const Texts& texts = std::get<Texts>(body);
  const auto role = read_role(texts.at("role"));
  if (!role.ok()) return problem_of(role.error(), "role");
  const bool is_invented = texts.at("password").empty();
  const std::string password = is_invented ? api.access->invented_password() : texts.at("password");
  auto hash = hash_password(password);
  if (!hash.ok()) return problem_of(hash.error(), "password");
  NewUser user;
  user.email = texts.at("email");
  user.full_name = trim(texts.at("full_name"));
  user.role = role.value();
  user.password_hash = hash.take_value();
  const auto account = api.accounts->add_account(user, by, api.now());
  if (!account.ok()) return problem_of(account.error(), "email");
  Json json = account_json(account.value());
  if (is_invented) json["password"] = password;
  HttpResponse response;
  response.status = 201;
  response.body = json.dump();
  response.did = fmt::format("user {} is new, as {}, by {}", account.value().user.id.value,
                             role_word(role.value()), actor_text(by));
  return response;
}

HttpResponse answer_role(const Api& api, const HttpRequest& request) {
  auto found = find_both(api, request);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  const auto& [admin, user] = std::get<AdminAndUser>(found);
  auto body = read_texts(request, {{"role"}, {}});
  if (auto* refused = std::get_if<HttpResponse>(&body)) return std::move(*refused);
  const auto role = read_role(std::get<Texts>(body).at("role"));
  if (!role.ok()) return problem_of(role.error(), "role");
  const Actor by = actor_of(admin);
  const auto account = api.accounts->set_role(user, role.value(), by, api.now());
  if (!account.ok()) return problem_of(account.error());
  HttpResponse response;
  response.body = account_json(account.value()).dump();
  response.did =
      fmt::format("user {} is {} now, by {}", user.value, role_word(role.value()), actor_text(by));
  return response;
}

HttpResponse answer_disable(const Api& api, const HttpRequest& request) {
  return answer_state(api, request, AccountState::Disabled);
}

HttpResponse answer_enable(const Api& api, const HttpRequest& request) {
  return answer_state(api, request, AccountState::Enabled);
}

HttpResponse answer_withdraw(const Api& api, const HttpRequest& request) {
  auto found = api.access->find_role(request, {Role::Patient});
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  const User& user = *std::get<Caller>(found).user;
  auto body = read_texts(request, {{"password"}, {}});
  if (auto* refused = std::get_if<HttpResponse>(&body)) return std::move(*refused);
  const std::string& password = std::get<Texts>(body).at("password");
  if (auto wrong = api.access->check_own_password(user, password, "password")) return *wrong;
  const auto done =
      api.desk->registry.versions->withdraw({user.id, ""}, kWithdrawReason, api.now());
  if (!done.ok()) return problem_of(done.error());
  const Withdrawal& withdrawal = done.value();
  const auto deleted =
      delete_withdrawn_files(withdrawal, api.models->diseases(), api.desk->registry);
  HttpResponse response;
  response.body =
      Json{{"predictions", withdrawal.predictions}, {"outcomes", withdrawal.outcomes}}.dump();
  if (!deleted.ok()) response.log = deleted.error().message;
  return response;
}

}  // namespace relearn
