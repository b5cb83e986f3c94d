#include "http/routes.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/text.h"

namespace relearn {

const Phrases& Api::phrases(std::string_view accept_language) const {
  for (const std::string_view part : split(accept_language, ',')) {
    const std::string_view language = trim(part.substr(0, part.find_first_of(";-")));
    if (language == "mr") return marathi;
    if (language == "en") return english;
  }
  return english;
}

double shown_risk(double risk) { return std::round(risk * 1000) / 1000; }
double shown_percent(double risk) { return std::round(risk * 1000) / 10; }

std::vector<Route> api_routes(const std::shared_ptr<const Api>& api) {
  const auto with_api = [api](HttpResponse (*answer)(const Api&, const HttpRequest&)) {
    return [api, answer](const HttpRequest& request) { return answer(*api, request); };
  };
  const auto of_access = [api](HttpResponse (Access::*answer)(const HttpRequest&)) {
    return [api, answer](const HttpRequest& request) { return (*api->access.*answer)(request); };
  };
  const auto admit = [api](const HttpRequest& request) { return admit_upload(*api, request); };
  return {
      {"GET", "/healthz", RunsOn::Io, answer_health},
      {"GET", "/readyz", RunsOn::Store, with_api(answer_ready)},
      {"GET", "/metrics", RunsOn::Store, with_api(answer_metrics)},
      {"GET", "/api/diseases", RunsOn::Io, with_api(answer_diseases)},
      {"GET", "/api/diseases/{disease}", RunsOn::Io, with_api(answer_disease)},
      {"POST", "/api/register", RunsOn::Passwords, of_access(&Access::register_patient)},
      {"POST", "/api/login", RunsOn::Passwords, of_access(&Access::log_in)},
      {"POST", "/api/logout", RunsOn::Store, of_access(&Access::log_out)},
      {"POST", "/api/password", RunsOn::Passwords, of_access(&Access::change_password)},
      {"POST", "/api/predict/{disease}", RunsOn::Quick, with_api(answer_predict)},
      {"GET", "/api/predictions", RunsOn::Store, with_api(answer_history)},
      {"GET", "/api/predictions/{prediction}", RunsOn::Store, with_api(answer_prediction)},
      {"GET", "/api/inbox", RunsOn::Store, with_api(answer_inbox)},
      {"POST", "/api/outcomes", RunsOn::Store, with_api(answer_outcome)},
      {"POST", "/api/refresh", RunsOn::Store, of_access(&Access::refresh)},
      {"POST", "/api/outcomes/preview", RunsOn::Store, with_api(answer_preview), admit},
      {"POST", "/api/outcomes/upload", RunsOn::Store, with_api(answer_upload), admit},
      {"POST", "/api/predictions/batch/{disease}", RunsOn::Store, with_api(answer_batch), admit},
      {"GET", "/api/me", RunsOn::Store, with_api(answer_me)},
      {"POST", "/api/me/withdraw", RunsOn::Passwords, with_api(answer_withdraw)},
      {"GET", "/api/users", RunsOn::Store, with_api(answer_users)},
      {"POST", "/api/users", RunsOn::Passwords, with_api(answer_add_user)},
      {"POST", "/api/users/{user}/role", RunsOn::Store, with_api(answer_role)},
      {"POST", "/api/users/{user}/disable", RunsOn::Store, with_api(answer_disable)},
      {"POST", "/api/users/{user}/enable", RunsOn::Store, with_api(answer_enable)},
      {"GET", "/api/quarantines", RunsOn::Store, with_api(answer_quarantines)},
      {"POST", "/api/quarantines/{quarantine}/release", RunsOn::Store, with_api(answer_release)},
      {"POST", "/api/quarantines/{quarantine}/uphold", RunsOn::Store, with_api(answer_uphold)},
      {"GET", "/api/user/stats", RunsOn::Store, with_api(answer_user_stats)},
      {"GET", "/api/admin/stats", RunsOn::Store, with_api(answer_admin_stats)},
      {"POST", "/api/admin/retrain", RunsOn::Store, with_api(answer_retrain)},
      {"GET", "/api/jobs", RunsOn::Store, with_api(answer_jobs)},
      {"GET", "/api/jobs/{job}", RunsOn::Store, with_api(answer_job)},
      {"GET", "/api/jobs/{job}/events", RunsOn::Store,
       [api](const HttpRequest& request) { return answer_job_events(api, request); }},
      {"POST", "/api/jobs/{job}/cancel", RunsOn::Store, with_api(answer_cancel_job)},
      {"POST", "/api/jobs/{job}/keep-best", RunsOn::Store, with_api(answer_keep_best)},
      {"GET", "/api/policies", RunsOn::Store, with_api(answer_policies)},
      {"POST", "/api/policies/{disease}", RunsOn::Store, with_api(answer_set_policy)},
      {"GET", "/api/watch/{disease}", RunsOn::Store, with_api(answer_watch)},
      {"GET", "/api/alarms", RunsOn::Store, with_api(answer_alarms)},
      {"POST", "/api/alarms/{alarm}/owner", RunsOn::Store, with_api(answer_own_alarm)},
      {"POST", "/api/alarms/{alarm}/closure", RunsOn::Store, with_api(answer_close_alarm)},
      {"GET", "/api/models", RunsOn::Store, with_api(answer_models)},
      {"GET", "/api/models/{disease}/versions", RunsOn::Store, with_api(answer_versions)},
      {"GET", "/api/models/{disease}/attempts", RunsOn::Store, with_api(answer_attempts)},
      {"GET", "/api/models/{disease}/attempts/{attempt}", RunsOn::Store, with_api(answer_attempt)},
      {"GET", "/api/models/{disease}/attempts/{attempt}/files/{file}", RunsOn::Store,
       with_api(answer_attempt_file)},
      {"GET", "/api/models/{disease}/diff/{from}/{to}", RunsOn::Work, with_api(answer_diff)},
      {"POST", "/api/models/{disease}/attempts/{attempt}/approve", RunsOn::Work,
       with_api(answer_approve)},
      {"POST", "/api/models/{disease}/attempts/{attempt}/reject", RunsOn::Store,
       with_api(answer_reject)},
      {"POST", "/api/models/{disease}/attempts/{attempt}/force", RunsOn::Work,
       with_api(answer_force)},
      {"POST", "/api/models/{disease}/rollback", RunsOn::Work, with_api(answer_rollback)},
      {"GET", "/api/ledger", RunsOn::Store, with_api(answer_ledger)},
      {"GET", "/api/ledger/verification", RunsOn::Work, with_api(answer_ledger_verification)},
  };
}

std::vector<Route> all_routes(const std::shared_ptr<const Api>& api) {
  std::vector<Route> routes = api_routes(api);
  std::ranges::move(page_routes(), std::back_inserter(routes));
  return routes;
}

}  // namespace relearn
