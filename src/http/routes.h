// The catalogue of routes: one line each in routes.cpp, one path each in openapi.yaml. A test
// compares the two.
#pragma once

#include <memory>
#include <vector>

#include "http/access.h"
#include "http/metrics.h"
#include "http/model_desk.h"
#include "http/router.h"
#include "lifecycle/serving/live_models.h"
#include "pages/phrases.h"
#include "records/account_store.h"
#include "records/job_store.h"
#include "records/overview_store.h"
#include "records/policy_store.h"
#include "records/prediction_intake.h"
#include "records/record_store.h"
#include "records/rehearsal_store.h"
#include "records/watch_store.h"

namespace relearn {

/// What the routes work with; shared between threads, never changed.
struct Api {
  std::shared_ptr<LiveModels> models;
  std::shared_ptr<Access> access;
  std::shared_ptr<PeopleStore> people;
  std::shared_ptr<RecordStore> records;
  std::shared_ptr<OverviewStore> overview;
  std::shared_ptr<JobStore> jobs;
  std::shared_ptr<PolicyStore> policies;
  std::shared_ptr<AccountStore> accounts;
  std::shared_ptr<RehearsalStore> rehearsals;
  std::shared_ptr<WatchStore> watch;
  std::shared_ptr<PredictionIntake> intake;
  std::shared_ptr<Metrics> metrics;
  WallClock now;
  Phrases english, marathi;
  std::shared_ptr<const ModelDesk> desk;

  /// Of the languages that there are, the one that the header Accept-Language asks for first.
  const Phrases& phrases(std::string_view accept_language) const;
};

std::vector<Route> api_routes(const std::shared_ptr<const Api>& api);

/// The web app, without the API that it asks: its document under the path of every page, its files.
std::vector<Route> page_routes();

/// Everything that the server answers.
std::vector<Route> all_routes(const std::shared_ptr<const Api>& api);

/// Risks leave with three decimals, percentages with one: more would say more about the model than
/// about the person.
double shown_risk(double risk);
double shown_percent(double risk);

// By subject.
HttpResponse answer_health(const HttpRequest& request);
HttpResponse answer_ready(const Api& api, const HttpRequest& request);
HttpResponse answer_metrics(const Api& api, const HttpRequest& request);
HttpResponse answer_diseases(const Api& api, const HttpRequest& request);
HttpResponse answer_disease(const Api& api, const HttpRequest& request);
HttpResponse answer_predict(const Api& api, const HttpRequest& request);
HttpResponse answer_history(const Api& api, const HttpRequest& request);
HttpResponse answer_prediction(const Api& api, const HttpRequest& request);
HttpResponse answer_inbox(const Api& api, const HttpRequest& request);
HttpResponse answer_outcome(const Api& api, const HttpRequest& request);
std::optional<HttpResponse> admit_upload(const Api& api, const HttpRequest& request);
HttpResponse answer_preview(const Api& api, const HttpRequest& request);
HttpResponse answer_upload(const Api& api, const HttpRequest& request);
HttpResponse answer_batch(const Api& api, const HttpRequest& request);
HttpResponse answer_me(const Api& api, const HttpRequest& request);
HttpResponse answer_withdraw(const Api& api, const HttpRequest& request);
HttpResponse answer_users(const Api& api, const HttpRequest& request);
HttpResponse answer_add_user(const Api& api, const HttpRequest& request);
HttpResponse answer_role(const Api& api, const HttpRequest& request);
HttpResponse answer_disable(const Api& api, const HttpRequest& request);
HttpResponse answer_enable(const Api& api, const HttpRequest& request);
HttpResponse answer_quarantines(const Api& api, const HttpRequest& request);
HttpResponse answer_release(const Api& api, const HttpRequest& request);
HttpResponse answer_uphold(const Api& api, const HttpRequest& request);
HttpResponse answer_user_stats(const Api& api, const HttpRequest& request);
HttpResponse answer_admin_stats(const Api& api, const HttpRequest& request);
HttpResponse answer_retrain(const Api& api, const HttpRequest& request);
HttpResponse answer_jobs(const Api& api, const HttpRequest& request);
HttpResponse answer_job(const Api& api, const HttpRequest& request);
HttpResponse answer_job_events(const std::shared_ptr<const Api>& api, const HttpRequest& request);
HttpResponse answer_cancel_job(const Api& api, const HttpRequest& request);
HttpResponse answer_keep_best(const Api& api, const HttpRequest& request);
HttpResponse answer_policies(const Api& api, const HttpRequest& request);
HttpResponse answer_set_policy(const Api& api, const HttpRequest& request);
HttpResponse answer_watch(const Api& api, const HttpRequest& request);
HttpResponse answer_alarms(const Api& api, const HttpRequest& request);
HttpResponse answer_own_alarm(const Api& api, const HttpRequest& request);
HttpResponse answer_close_alarm(const Api& api, const HttpRequest& request);
HttpResponse answer_models(const Api& api, const HttpRequest& request);
HttpResponse answer_versions(const Api& api, const HttpRequest& request);
HttpResponse answer_attempts(const Api& api, const HttpRequest& request);
HttpResponse answer_attempt(const Api& api, const HttpRequest& request);
HttpResponse answer_attempt_file(const Api& api, const HttpRequest& request);
HttpResponse answer_diff(const Api& api, const HttpRequest& request);
HttpResponse answer_approve(const Api& api, const HttpRequest& request);
HttpResponse answer_reject(const Api& api, const HttpRequest& request);
HttpResponse answer_force(const Api& api, const HttpRequest& request);
HttpResponse answer_rollback(const Api& api, const HttpRequest& request);
HttpResponse answer_ledger(const Api& api, const HttpRequest& request);
HttpResponse answer_ledger_verification(const Api& api, const HttpRequest& request);

}  // namespace relearn
