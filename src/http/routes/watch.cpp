// What the watch tells of a live model, and what people do about its alarms.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "http/alarm_json.h"
#include "http/flat_body.h"
#include "http/query.h"
#include "http/routes/model_routes.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kPage = 100;
constexpr std::size_t kPageMax = 1000;
constexpr std::size_t kIdMax = std::size_t{1} << 53;  // what JSON's readers count exactly
constexpr std::size_t kWindowsTold = 100;
constexpr std::size_t kDriftTold = 12;

/// Of a disease that nothing was judged of yet: every member is there.
constexpr std::string_view kNothing = R"({"live_since":null,"note":"","reference":null,
"window":null,"realised":[],"realised_total":null,"calibration":{"people":0,"wealth":1,"highest":1,
"act_at":20,"detector":0,"detector_highest":0,"investigate_at":1000,"points":[]},
"confirmation":{"maturity_days":0,"curve":[],"by_class":[],"differs":false},
"return":{"state":"off","until":null,"to_version":null,"people":0,"wealth":1,"returns_at":100,
"sentence":""}})";

Result<Json> parsed(const std::string& text, std::string_view what) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return broken_invariant(fmt::format("{} cannot be read", what));
  return json;
}

/// The windows of a version: performance by risks alone oldest first, drift latest first.
Result<void> add_windows(const Api& api, const std::string& disease, std::int64_t version,
                         Json& told) {
  Json estimated = Json::array(), drift = Json::array();
  for (const JudgedWindow& window :
       TRY(api.watch->judged_windows(disease, version, kWindowsTold))) {
    if (!window.estimated.empty()) {
      Json one = TRY(parsed(window.estimated, "a window of the watch"));
      estimated.insert(estimated.begin(), std::move(one));
    }
    if (!window.drift.empty() && drift.size() < kDriftTold) {
      Json one = TRY(parsed(window.drift, "a window of the watch"));
      drift.push_back(std::move(one));
    }
  }
  told["estimated"] = std::move(estimated);
  told["drift"] = std::move(drift);
  return {};
}

Result<Json> watch_json(const Api& api, const DiseaseFile& disease) {
  const auto live = TRY(api.desk->registry.versions->live_version(disease.id));
  const WatchProgress progress = TRY(api.watch->watch_progress(disease.id));
  const std::int64_t version = live ? live->number : 0;
  const bool judged = version != 0 && progress.version == version && !progress.figures.empty();
  Json told = {{"disease", disease.id},
               {"version", version == 0 ? Json() : Json(version)},
               {"judged_at", judged ? Json(to_text(progress.judged_at)) : Json()}};
  const Json figures =
      TRY(parsed(judged ? progress.figures : std::string(kNothing), "what the watch told"));
  told["auroc_floor"] = disease.plan.floors.auroc;
  told.update(figures);
  told["confirmation"]["maturity_days"] = disease.outcome.maturity_days;
  TRY(add_windows(api, disease.id, version, told));
  told["alarms"] = Json::array();
  const auto open =
      TRY(api.watch->alarms(disease.id, AlarmsWanted::Open, 0, kOpenAlarmsOfDiseaseMax));
  for (const Alarm& alarm : open) told["alarms"].push_back(alarm_json(alarm));
  return told;
}

Result<Json> alarms_json(const Api& api, AlarmsWanted wanted, std::size_t before,
                         std::size_t limit) {
  Json list = Json::array();
  const auto alarms = TRY(api.watch->alarms("", wanted, static_cast<std::int64_t>(before), limit));
  for (const Alarm& alarm : alarms) list.push_back(alarm_json(alarm));
  return Json{{"alarms", list}};
}

HttpResponse told_alarm(const Result<Alarm>& alarm, std::string_view did, const Actor& actor) {
  if (!alarm.ok()) {
    const bool named = alarm.error().kind == ErrorKind::InvalidInput;
    return problem_of(alarm.error(), named ? "reason" : "");
  }
  HttpResponse response = told(Result<Json>(alarm_json(alarm.value())));
  response.did = fmt::format("alarm {} {}, by {}", alarm.value().id, did, actor_text(actor));
  return response;
}

}  // namespace

HttpResponse answer_watch(const Api& api, const HttpRequest& request) {
  auto found = find_at_disease(api, request, kWhoReadsModels);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  if (auto refused = check_query(request, {})) return std::move(*refused);
  return told(watch_json(api, std::get<AtDisease>(found).disease));
}

HttpResponse answer_alarms(const Api& api, const HttpRequest& request) {
  auto found = find_actor(api, request, kWhoReadsModels);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  if (auto refused = check_query(request, {"state", "before", "limit"})) return std::move(*refused);
  const std::string state = query_value(request, "state");
  if (!state.empty() && state != "open" && state != "closed") {
    return problem(422, fmt::format("state: '{}' is neither open nor closed", state), "state");
  }
  const auto before = query_count(request, "before", 0, kIdMax);
  if (!before.ok()) return problem_of(before.error(), "before");
  const auto limit = query_count(request, "limit", kPage, kPageMax);
  if (!limit.ok()) return problem_of(limit.error(), "limit");
  const AlarmsWanted wanted = state.empty()     ? AlarmsWanted::All
                              : state == "open" ? AlarmsWanted::Open
                                                : AlarmsWanted::Closed;
  return told(alarms_json(api, wanted, before.value(), limit.value()));
}

/// Whoever asks has it from now on.
HttpResponse answer_own_alarm(const Api& api, const HttpRequest& request) {
  auto found = find_actor(api, request, kWhoDecides);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  const Actor& actor = std::get<Actor>(found);
  auto body = read_texts(request, {{}, {}});
  if (auto* refused = std::get_if<HttpResponse>(&body)) return std::move(*refused);
  return told_alarm(api.watch->own_alarm(number_of(request, "alarm"), actor, api.now()),
                    "has an owner", actor);
}

HttpResponse answer_close_alarm(const Api& api, const HttpRequest& request) {
  auto found = find_actor(api, request, kWhoDecides);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  const Actor& actor = std::get<Actor>(found);
  auto body = read_texts(request, {{"reason"}, {}});
  if (auto* refused = std::get_if<HttpResponse>(&body)) return std::move(*refused);
  const std::string reason(trim(std::get<Texts>(body).at("reason")));
  if (reason.empty()) {
    return problem(422, "reason: is needed, one sentence; the ledger keeps it", "reason");
  }
  return told_alarm(api.watch->close_alarm(number_of(request, "alarm"), actor, reason, api.now()),
                    "is closed", actor);
}

}  // namespace relearn
