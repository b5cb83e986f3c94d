// Retrains: asked for here, worked on elsewhere. The job's row is the only truth; these routes read
// it and write what somebody wants into it.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.h"
#include "http/flat_body.h"
#include "http/routes.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kJobsMax = 100;
constexpr std::size_t kKeyBytesMax = 200;
constexpr std::size_t kReasonBytesMax = 1000;
constexpr std::string_view kAskedWithoutReason = "asked for on the dashboard";

std::string job_path(std::int64_t id) { return fmt::format("/api/jobs/{}", id); }

template <typename Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}
Json moment_json(const std::optional<Moment>& moment) {
  return moment ? Json(to_text(*moment)) : Json();
}

Json steps_json(const JobRun& run) {
  Json steps = Json::array();
  const auto& all = run.progress.steps;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::optional<Moment> ended =
        i + 1 < all.size() ? std::optional(all[i + 1].started_at) : run.ended_at;
    steps.push_back({{"step", all[i].name},
                     {"started_at", to_text(all[i].started_at)},
                     {"ended_at", moment_json(ended)}});
  }
  return steps;
}

Json run_json(const JobRun& run, Moment now) {
  const RunProgress& progress = run.progress;
  Json attempts = Json::array();
  for (const RunAttempt& attempt : run.attempts) {
    attempts.push_back({{"number", attempt.number},
                        {"verdict", attempt.verdict},
                        {"state", attempt_state_word(attempt.state)},
                        {"version", attempt.version == 0 ? Json() : Json(attempt.version)}});
  }
  return {{"disease", run.disease},
          {"state", run_state_word(run.state)},
          {"wish", run_wish_word(run.wish)},
          {"started_at", moment_json(run.started_at)},
          {"ended_at", moment_json(run.ended_at)},
          {"step", progress.steps.empty() ? Json() : Json(progress.steps.back().name)},
          {"detail", progress.detail},
          {"done", progress.done},
          {"total", progress.total},
          {"seconds_left", or_null(seconds_left(run, now))},
          {"steps", steps_json(run)},
          {"error", run.error.empty() ? Json() : Json(run.error)},
          {"attempts", attempts}};
}

Json job_json(const Job& job, Moment now) {
  std::optional<Moment> started, ended;
  Json runs = Json::array();
  for (const JobRun& run : job.runs) {
    if (run.started_at && (!started || *run.started_at < *started)) started = run.started_at;
    if (run.ended_at && (!ended || *ended < *run.ended_at)) ended = run.ended_at;
    runs.push_back(run_json(run, now));
  }
  const RunState state = state_of(job);
  if (state == RunState::Queued || state == RunState::Running) ended.reset();
  return {{"id", job.id},
          {"state", run_state_word(state)},
          {"trigger", job_trigger_word(job.what.trigger)},
          {"reason", job.what.reason},
          {"started_by", job.what.by.user ? Json(actor_text(job.what.by)) : Json()},
          {"requested_at", to_text(job.requested_at)},
          {"started_at", moment_json(started)},
          {"ended_at", moment_json(ended)},
          {"revision", job.revision},
          {"runs", runs}};
}

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Every disease that is described, or those that are named.
std::optional<HttpResponse> read_diseases(const Api& api, const BodyMember& member,
                                          std::vector<std::string>& diseases) {
  if (member.kind != BodyMember::Kind::List || member.items.empty()) {
    return problem(422, "diseases: a list of ids is needed, for example [\"heart\"]", member.key);
  }
  for (const std::string& id : member.items) {
    if (api.models->disease(id) == nullptr) {
      return problem(
          422, fmt::format("diseases: there is no '{}' here; see /api/diseases", shown_key(id)),
          member.key);
    }
    if (std::ranges::count(diseases, id) > 0) {
      return problem(422, fmt::format("diseases: {} is named twice", id), member.key);
    }
    diseases.push_back(id);
  }
  return std::nullopt;
}

std::optional<HttpResponse> read_text(const BodyMember& member, std::string& text) {
  if (member.kind != BodyMember::Kind::String || member.text.size() > kReasonBytesMax) {
    return problem(
        422, fmt::format("{}: must be a text of at most {} bytes", member.key, kReasonBytesMax),
        member.key);
  }
  text = trim(member.text);
  return std::nullopt;
}

std::optional<HttpResponse> read_job(const Api& api, const HttpRequest& request, NewJob& job) {
  if (request.idempotency_key.size() > kKeyBytesMax) {
    return problem(422,
                   fmt::format("the header Idempotency-Key has more than {} bytes", kKeyBytesMax));
  }
  job.idempotency_key = request.idempotency_key;
  std::vector<BodyMember> members;
  if (!request.body.empty()) {
    auto body = read_flat_body(request, Lists::OfTexts);
    if (auto* refused = std::get_if<HttpResponse>(&body)) return std::move(*refused);
    members = std::get<0>(std::move(body));
  }
  for (const BodyMember& member : members) {
    std::optional<HttpResponse> refused;
    std::string strategy;
    if (member.key == "diseases") {
      refused = read_diseases(api, member, job.diseases);
    } else if (member.key == "reason") {
      refused = read_text(member, job.reason);
    } else if (member.key == "strategy") {
      refused = read_text(member, strategy);
      if (!refused && strategy != "plan") {
        refused =
            problem(422, "strategy: only 'plan', as the disease's plan says, is known", member.key);
      }
    } else {
      const std::string key = shown_key(member.key);
      refused = problem(422, fmt::format("{}: is not known here", key), key);
    }
    if (refused) return refused;
  }
  if (job.reason.empty()) job.reason = kAskedWithoutReason;
  if (job.diseases.empty()) {
    for (const DiseaseFile& disease : api.models->diseases()) job.diseases.push_back(disease.id);
  }
  return std::nullopt;
}

/// 409, and where the retrain that goes on already can be watched.
HttpResponse busy(std::int64_t job) {
  HttpResponse response =
      problem(409, fmt::format("a retrain goes on already; watch it at {}", job_path(job)));
  Json body = Json::parse(response.body);
  body["job"] = job_path(job);
  response.body = body.dump();
  return response;
}

std::variant<std::int64_t, HttpResponse> read_id(const HttpRequest& request) {
  const std::string& text = request.path_parts.at("job");
  std::int64_t id = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size()) return id;
  return problem(404, "there is no such job");
}

std::variant<Job, HttpResponse> find_job(const Api& api, const HttpRequest& request) {
  const auto id = read_id(request);
  if (const auto* refused = std::get_if<HttpResponse>(&id)) return *refused;
  auto job = api.jobs->find_job(std::get<std::int64_t>(id));
  if (!job.ok()) return problem_of(job.error());
  if (!job.value()) return problem(404, "there is no such job");
  return std::move(*job.value());
}

HttpResponse with_job(const Api& api, const Job& job, int status) {
  HttpResponse response;
  response.status = status;
  if (status == 202) response.headers.emplace_back("Location", job_path(job.id));
  response.body = text_of(job_json(job, api.now()));
  return response;
}

HttpResponse wish(const Api& api, const HttpRequest& request, RunWish wanted) {
  auto caller = api.access->find_role(request, {Role::Admin});
  if (auto* refused = std::get_if<HttpResponse>(&caller)) return std::move(*refused);
  const auto id = read_id(request);
  if (const auto* refused = std::get_if<HttpResponse>(&id)) return *refused;
  const auto done = api.jobs->wish(std::get<std::int64_t>(id), wanted, api.now());
  if (!done.ok()) return problem_of(done.error());
  auto job = find_job(api, request);
  if (auto* refused = std::get_if<HttpResponse>(&job)) return std::move(*refused);
  return with_job(api, std::get<Job>(job), 202);
}

/// A job as it changes, for one who watches.
class Watch {
 public:
  Watch(std::shared_ptr<const Api> api, HttpRequest request)
      : api_(std::move(api)), request_(std::move(request)) {}

  /// Who has signed out, or may not any more, sees no more.
  StreamPart operator()() {
    auto caller = api_->access->find_role(request_, {Role::Admin, Role::Approver});
    auto found = find_job(*api_, request_);
    const Job* const job = std::get_if<Job>(&found);
    if (!std::holds_alternative<Caller>(caller) || job == nullptr) {
      return {"", StreamPart::Then::End};
    }
    StreamPart part;
    const RunState state = state_of(*job);
    const bool goes_on = state == RunState::Queued || state == RunState::Running;
    part.then = goes_on ? StreamPart::Then::More : StreamPart::Then::End;
    if (job->revision == told_) return part;
    told_ = job->revision;
    part.text = fmt::format("id: {}\nevent: job\ndata: {}\n\n", job->revision,
                            text_of(job_json(*job, api_->now())));
    return part;
  }

 private:
  const std::shared_ptr<const Api> api_;
  const HttpRequest request_;
  std::int64_t told_ = 0;
};

}  // namespace

HttpResponse answer_retrain(const Api& api, const HttpRequest& request) {
  auto caller = api.access->find_role(request, {Role::Admin});
  if (auto* refused = std::get_if<HttpResponse>(&caller)) return std::move(*refused);
  const User& user = *std::get<Caller>(caller).user;
  NewJob wanted{.by = {user.id, user.role}};
  if (auto refused = read_job(api, request, wanted)) return std::move(*refused);
  const auto receipt = api.jobs->add_job(wanted, api.now());
  if (!receipt.ok()) return problem_of(receipt.error());
  if (receipt.value().result == JobReceipt::Result::Busy) return busy(receipt.value().job);
  const auto job = api.jobs->find_job(receipt.value().job);
  if (!job.ok()) return problem_of(job.error());
  return with_job(api, job.value().value(), 202);
}

HttpResponse answer_jobs(const Api& api, const HttpRequest& request) {
  auto caller = api.access->find_role(request, {Role::Admin, Role::Approver});
  if (auto* refused = std::get_if<HttpResponse>(&caller)) return std::move(*refused);
  const auto jobs = api.jobs->jobs(kJobsMax);
  if (!jobs.ok()) return problem_of(jobs.error());
  const Moment now = api.now();
  Json list = Json::array();
  for (const Job& job : jobs.value()) list.push_back(job_json(job, now));
  HttpResponse response;
  response.body = text_of({{"jobs", list}});
  return response;
}

HttpResponse answer_job(const Api& api, const HttpRequest& request) {
  auto caller = api.access->find_role(request, {Role::Admin, Role::Approver});
  if (auto* refused = std::get_if<HttpResponse>(&caller)) return std::move(*refused);
  auto job = find_job(api, request);
  if (auto* refused = std::get_if<HttpResponse>(&job)) return std::move(*refused);
  return with_job(api, std::get<Job>(job), 200);
}

HttpResponse answer_job_events(const std::shared_ptr<const Api>& api, const HttpRequest& request) {
  HttpResponse response = answer_job(*api, request);
  if (response.status != 200) return response;
  response.content_type = "text/event-stream";
  response.body.clear();
  response.stream = Watch(api, request);
  return response;
}

HttpResponse answer_cancel_job(const Api& api, const HttpRequest& request) {
  return wish(api, request, RunWish::Cancel);
}

HttpResponse answer_keep_best(const Api& api, const HttpRequest& request) {
  return wish(api, request, RunWish::KeepBest);
}

}  // namespace relearn
