// Who calls, and how often they may. A token names a session; the account behind it is looked up at
// each request, so that a logout, another role and a withdrawal count at the next one.
#pragma once

#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "base/clock.h"
#include "http/message.h"
#include "records/record_store.h"
#include "records/session_store.h"
#include "service/access/rate_limit.h"
#include "service/access/session_token.h"
#include "service/secrets/random_bytes.h"

namespace relearn {

struct AccessLimits {
  std::chrono::seconds session_time{2 * 3600};
  Allowance attempts_of_account{10, std::chrono::minutes(15)};   // with a wrong password
  Allowance attempts_of_address{100, std::chrono::minutes(15)};  // the same, of all accounts
  Allowance new_accounts_of_address{20, std::chrono::hours(1)};
  Allowance predictions_of_account{600, std::chrono::hours(1)};
  Allowance predictions_of_guests_address{60, std::chrono::hours(1)};
};

struct AccessWorld {
  std::shared_ptr<PeopleStore> people;
  std::shared_ptr<SessionStore> sessions;
  KeyedHash keyed;
  WallClock now;
  std::function<std::chrono::steady_clock::time_point()> steady;
  RandomBytes random = system_random();
};

struct Caller {
  std::optional<User> user;  // none: a guest
  std::string session;
};

class Access {
 public:
  Access(AccessWorld world, const AccessLimits& limits);

  /// A guest when the request carries no token; 401 when it carries one that opens nothing.
  std::variant<Caller, HttpResponse> find_caller(const HttpRequest& request);
  /// 401 for a guest, too.
  std::variant<Caller, HttpResponse> find_signed_in(const HttpRequest& request);
  /// 403 for an account of another role, too.
  std::variant<Caller, HttpResponse> find_role(const HttpRequest& request,
                                               std::initializer_list<Role> roles);
  /// 429 when they have asked too often.
  std::optional<HttpResponse> check_prediction_rate(const Caller& caller,
                                                    const HttpRequest& request);

  /// Nothing when it is theirs; else 403 naming `field`, 422, or 429 as for a login.
  std::optional<HttpResponse> check_own_password(const User& user, std::string_view password,
                                                 std::string_view field);
  /// 100 random bits in letters and digits: a first password for somebody else.
  std::string invented_password() const;

  // The accounts' routes. Each answer takes the same time and says the same whether or not there is
  // an account of this e-mail.
  HttpResponse register_patient(const HttpRequest& request);
  HttpResponse log_in(const HttpRequest& request);
  HttpResponse log_out(const HttpRequest& request);
  /// A new session for the one that asks, which ends.
  HttpResponse refresh(const HttpRequest& request);
  HttpResponse change_password(const HttpRequest& request);

 private:
  Result<std::optional<User>> user_with_password(std::string_view email, std::string_view password);
  HttpResponse open_session(const User& user);
  std::string account_key(std::string_view email) const;

  const AccessWorld world_;
  const std::chrono::seconds session_time_;
  RateLimit account_attempts_, address_attempts_, new_accounts_, predictions_, guest_predictions_;
};

}  // namespace relearn
