#include "http/access.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "http/flat_body.h"
#include "service/secrets/password.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kScheme = "Bearer ";
constexpr std::size_t kTokenBytesMax = 200;
constexpr std::size_t kPasswordBytesMax = 1024;  // as service/secrets/password.h says
constexpr const char* kRegistered =
    "if this e-mail address had no account, it has one now; sign in with it";

HttpResponse unauthorized(std::string_view sentence) {
  HttpResponse response = problem(401, sentence);
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

HttpResponse no_content() {
  HttpResponse response;
  response.status = 204;
  return response;
}

/// Never hashed first.
std::optional<HttpResponse> check_length(std::string_view password, std::string_view field) {
  if (password.size() <= kPasswordBytesMax) return std::nullopt;
  return problem(422, fmt::format("{}: has more than {} bytes", field, kPasswordBytesMax), field);
}

}  // namespace

Access::Access(AccessWorld world, const AccessLimits& limits)
    : world_(std::move(world)),
      session_time_(limits.session_time),
      account_attempts_(limits.attempts_of_account),
      address_attempts_(limits.attempts_of_address),
      new_accounts_(limits.new_accounts_of_address),
      predictions_(limits.predictions_of_account),
      guest_predictions_(limits.predictions_of_guests_address) {}

std::variant<Caller, HttpResponse> Access::find_caller(const HttpRequest& request) {
  const std::string_view given = request.authorization;
  if (given.empty()) return Caller{};
  if (!given.starts_with(kScheme) || given.size() > kTokenBytesMax) {
    return unauthorized("the header Authorization must be 'Bearer' and a token of /api/login");
  }
  const auto session = session_of_token(given.substr(kScheme.size()), world_.keyed);
  if (!session) return unauthorized("the token is none of this server");
  auto user = world_.sessions->session_user(*session, world_.now());
  if (!user.ok()) return problem_of(user.error());
  if (!user.value()) return unauthorized("the session has ended; sign in again");
  return Caller{std::move(*user.value()), *session};
}

std::variant<Caller, HttpResponse> Access::find_signed_in(const HttpRequest& request) {
  auto caller = find_caller(request);
  const Caller* const found = std::get_if<Caller>(&caller);
  if (found != nullptr && !found->user) return unauthorized("this is for accounts; sign in first");
  return caller;
}

std::variant<Caller, HttpResponse> Access::find_role(const HttpRequest& request,
                                                     std::initializer_list<Role> roles) {
  auto caller = find_signed_in(request);
  const Caller* const found = std::get_if<Caller>(&caller);
  if (found == nullptr || std::ranges::count(roles, found->user->role) > 0) return caller;
  std::string names;
  for (const Role role : roles) {
    names += fmt::format("{}{}", names.empty() ? "" : " or ", role_word(role));
  }
  return problem(403, fmt::format("this takes the role {}, and the account has the role {}", names,
                                  role_word(found->user->role)));
}

std::optional<HttpResponse> Access::check_prediction_rate(const Caller& caller,
                                                          const HttpRequest& request) {
  const auto now = world_.steady();
  const auto wait = caller.user ? predictions_.take(fmt::format("{}", caller.user->id.value), now)
                                : guest_predictions_.take(request.client, now);
  if (wait) return too_many(wait->count());
  return std::nullopt;
}

std::string Access::account_key(std::string_view email) const {
  std::string key(trim(email));
  for (char& c : key) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return world_.keyed("attempts of an account", key);
}

HttpResponse Access::register_patient(const HttpRequest& request) {
  auto body = read_texts(request, {{"email", "password"}, {"full_name"}});
  if (auto* refused = std::get_if<HttpResponse>(&body)) return std::move(*refused);
  const Texts& texts = std::get<Texts>(body);
  if (const auto wait = new_accounts_.take(request.client, world_.steady())) {
    return too_many(wait->count());
  }
  NewUser user;
  user.email = texts.at("email");
  user.full_name = trim(texts.at("full_name"));
  user.role = Role::Patient;
  auto hash = hash_password(texts.at("password"));
  if (!hash.ok()) return problem_of(hash.error(), "password");
  user.password_hash = hash.take_value();
  const auto added = world_.people->add_user(user, world_.now());
  // Taken, or withdrawn: the same answer as for a new one.
  const bool hidden = !added.ok() && (added.error().kind == ErrorKind::Conflict ||
                                      added.error().kind == ErrorKind::NotAllowed);
  if (!added.ok() && !hidden) return problem_of(added.error());
  HttpResponse response;
  response.status = 202;
  response.body = Json{{"message", kRegistered}}.dump();
  return response;
}

Result<std::optional<User>> Access::user_with_password(std::string_view email,
                                                       std::string_view password) {
  using Found = std::optional<User>;
  const auto user = TRY(world_.people->find_user(email));
  if (!user || user->disabled || user->password == PasswordState::MustReset) {
    (void)hash_password("nobody has this password");  // as long as comparing takes
    return Found();
  }
  const PasswordCheck check = check_password(password, user->password_hash);
  if (check == PasswordCheck::Wrong) return Found();
  if (check == PasswordCheck::RightButRehash) {
    const auto hash = hash_password(password);  // an old one may be shorter than is allowed now
    if (hash.ok()) {
      TRY(world_.people->set_password(user->id, hash.value(), PasswordState::Current));
    }
  }
  return user;
}

HttpResponse Access::log_in(const HttpRequest& request) {
  auto body = read_texts(request, {{"email", "password"}, {}});
  if (auto* refused = std::get_if<HttpResponse>(&body)) return std::move(*refused);
  const Texts& texts = std::get<Texts>(body);
  if (auto refused = check_length(texts.at("password"), "password")) return std::move(*refused);
  const std::string account = account_key(texts.at("email"));
  const auto now = world_.steady();
  if (const auto wait = address_attempts_.take(request.client, now)) {
    return too_many(wait->count());
  }
  if (const auto wait = account_attempts_.take(account, now)) return too_many(wait->count());
  const auto user = user_with_password(texts.at("email"), texts.at("password"));
  if (!user.ok()) return problem_of(user.error());
  if (!user.value()) return unauthorized("e-mail address or password is wrong");
  account_attempts_.give_back(account);
  address_attempts_.give_back(request.client);
  return open_session(*user.value());
}

HttpResponse Access::open_session(const User& user) {
  std::array<unsigned char, 32> secret{};
  world_.random(secret);
  std::string id;
  for (const unsigned char byte : secret) id += fmt::format("{:02x}", byte);
  const Moment now = world_.now(), expires{now.seconds + session_time_.count()};
  const auto added = world_.sessions->add_session(id, user.id, now, expires);
  if (!added.ok()) return problem_of(added.error());
  HttpResponse response;
  response.body = Json{{"token", session_token(id, world_.keyed)},
                       {"expires_at", to_text(expires)},
                       {"role", role_word(user.role)}}
                      .dump();
  return response;
}

HttpResponse Access::log_out(const HttpRequest& request) {
  auto caller = find_signed_in(request);
  if (auto* refused = std::get_if<HttpResponse>(&caller)) return std::move(*refused);
  const auto ended = world_.sessions->end_session(std::get<Caller>(caller).session);
  return ended.ok() ? no_content() : problem_of(ended.error());
}

HttpResponse Access::refresh(const HttpRequest& request) {
  auto caller = find_signed_in(request);
  if (auto* refused = std::get_if<HttpResponse>(&caller)) return std::move(*refused);
  const Caller& found = std::get<Caller>(caller);
  HttpResponse opened = open_session(*found.user);
  if (opened.status != 200) return opened;
  const auto ended = world_.sessions->end_session(found.session);
  return ended.ok() ? opened : problem_of(ended.error());
}

std::optional<HttpResponse> Access::check_own_password(const User& user, std::string_view password,
                                                       std::string_view field) {
  if (auto refused = check_length(password, field)) return refused;
  const std::string account = account_key(user.email);
  if (const auto wait = account_attempts_.take(account, world_.steady())) {
    return too_many(wait->count());
  }
  if (check_password(password, user.password_hash) == PasswordCheck::Wrong) {
    return problem(403, fmt::format("{}: is wrong", field), field);
  }
  account_attempts_.give_back(account);
  return std::nullopt;
}

std::string Access::invented_password() const {
  constexpr std::string_view kLetters = "abcdefghijkmnpqrstuvwxyz23456789";  // 32, no l, o, 0, 1
  std::array<unsigned char, 20> bytes{};
  world_.random(bytes);
  std::string password;
  for (const unsigned char byte : bytes) password += kLetters[byte % kLetters.size()];
  return password;
}

HttpResponse Access::change_password(const HttpRequest& request) {
  auto caller = find_signed_in(request);
  if (auto* refused = std::get_if<HttpResponse>(&caller)) return std::move(*refused);
  auto body = read_texts(request, {{"old_password", "new_password"}, {}});
  if (auto* refused = std::get_if<HttpResponse>(&body)) return std::move(*refused);
  const Texts& texts = std::get<Texts>(body);
  const User& user = *std::get<Caller>(caller).user;
  auto wrong = check_own_password(user, texts.at("old_password"), "old_password");
  if (wrong) return std::move(*wrong);
  const auto hash = hash_password(texts.at("new_password"));
  if (!hash.ok()) return problem_of(hash.error(), "new_password");
  // Sessions first: should the disk fail between the two, nobody who should be out stays in.
  auto done = world_.sessions->end_sessions(user.id);
  if (done.ok()) done = world_.people->set_password(user.id, hash.value(), PasswordState::Current);
  return done.ok() ? no_content() : problem_of(done.error());
}

}  // namespace relearn
