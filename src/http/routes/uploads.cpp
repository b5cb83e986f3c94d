// Files of a clinic over HTTP: outcomes, tried first or stored, and predictions of many people. The
// body is in a file without a name; what it tells is told in the name of whoever sends it.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "http/flat_body.h"
#include "http/query.h"
#include "http/routes.h"
#include "lifecycle/intake/forwarded_records.h"
#include "lifecycle/intake/intake.h"
#include "lifecycle/serving/assessment.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kRefusalsTold = 1000;
constexpr std::size_t kPredictionsTold = 1000;

std::string_view main_type(std::string_view content_type) {
  return content_type.substr(0, content_type.find_first_of("; "));
}

/// A refused line may hold anything, also bytes that are no UTF-8.
std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// lines = added + already_there + refused, as far as it came.
Json report_json(const ImportReport& report) {
  Json refusals = Json::array();
  for (const RefusedLine& refused : report.first_refused) {
    refusals.push_back({{"line", refused.line}, {"reason", refused.because}});
  }
  const std::uint64_t refused = report.lines.refused + report.outcomes.refused;
  return {{"lines", report.lines.given},
          {"added", report.lines.added},
          {"already_there", report.lines.already_there},
          {"refused", report.lines.refused},
          {"refusals", refusals},
          {"more", refused > report.first_refused.size()}};
}

/// The error speaks of the file by the path that it has here; whoever sent it knows no such path.
HttpResponse problem_of_file(Error error, const std::filesystem::path& file) {
  const std::string path = file.string();
  const auto at = error.message.find(path);
  if (at != std::string::npos) error.message.replace(at, path.size(), "the file");
  return problem_of(error);
}

/// What was taken in stays; the report says how far that was.
HttpResponse reply_of(const ImportEnd& end, Json json, const std::filesystem::path& file) {
  HttpResponse response;
  if (end.stopped) {
    response = problem_of_file(*end.stopped, file);
    Json body = Json::parse(response.body);
    body["report"] = std::move(json);
    response.body = text_of(body);
    return response;
  }
  response.body = text_of(json);
  return response;
}

ImportRequest request_of(const HttpRequest& request, const User& user, std::string disease) {
  return {.file = request.body_file,
          .disease = std::move(disease),
          .contributor = user.email,
          .who_tells = WhoTells::ContributorOnly,
          .refused_shown = kRefusalsTold};
}

HttpResponse import_told(const Api& api, const HttpRequest& request, RecordIntake& records) {
  auto found = api.access->find_role(request, {Role::Clinician, Role::Approver});
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  if (auto refused = check_query(request, {"disease"})) return *refused;
  const User& user = *std::get<Caller>(found).user;
  NoProgress progress;
  const CancelToken cancel;
  const auto end = import_outcomes(api.models->diseases(),
                                   request_of(request, user, query_value(request, "disease")),
                                   {records, *api.people, api.now, progress, cancel});
  if (!end.ok()) return problem_of_file(end.error(), request.body_file);
  return reply_of(end.value(), report_json(end.value().report), request.body_file);
}

/// Risks by the model that is live when the file comes.
FindScorer scorer_of(const std::shared_ptr<const ServedModel>& live) {
  return [live](const DiseaseFile& disease) -> ScoreRecord {
    return [live, &disease](std::span<const double> values) -> std::optional<ScoredRisk> {
      const auto assessment = assess(disease, live->saved, {values.begin(), values.end()});
      if (!assessment.ok()) return std::nullopt;
      return ScoredRisk{assessment.value().risk, live->saved.digest};
    };
  };
}

Json predictions_json(const std::vector<KeptPredictions::Kept>& kept) {
  Json list = Json::array();
  for (const auto& each : kept) {
    list.push_back({{"prediction_id", each.id.text},
                    {"reference", each.reference.empty() ? Json() : Json(each.reference)},
                    {"risk", each.risk ? Json(shown_risk(each.risk->value)) : Json()},
                    {"new", each.result == Receipt::Result::Added}});
  }
  return list;
}

}  // namespace

std::optional<HttpResponse> admit_upload(const Api& api, const HttpRequest& request) {
  auto found = api.access->find_role(request, {Role::Clinician, Role::Approver});
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  if (main_type(request.content_type) == "text/csv") return std::nullopt;
  return problem(415, "the body must be of the content type text/csv");
}

HttpResponse answer_preview(const Api& api, const HttpRequest& request) {
  RehearsedRecords records(*api.records, *api.rehearsals);
  return import_told(api, request, records);
}

HttpResponse answer_upload(const Api& api, const HttpRequest& request) {
  return import_told(api, request, *api.records);
}

HttpResponse answer_batch(const Api& api, const HttpRequest& request) {
  auto found = api.access->find_role(request, {Role::Clinician, Role::Approver});
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  if (auto refused = check_query(request, {})) return *refused;
  const std::string& id = request.path_parts.at("disease");
  if (api.models->disease(id) == nullptr) {
    return problem(404, fmt::format("there is no disease '{}' here; see /api/diseases", id));
  }
  const auto live = api.models->find(id);
  if (!live) return problem(503, fmt::format("no model of {} is live yet; retrain it first", id));
  KeptPredictions records(*api.records, kPredictionsTold);
  NoProgress progress;
  const CancelToken cancel;
  const auto end = import_predictions(
      api.models->diseases(), request_of(request, *std::get<Caller>(found).user, id),
      scorer_of(live), {records, *api.people, api.now, progress, cancel});
  if (!end.ok()) return problem_of_file(end.error(), request.body_file);
  const ImportReport& report = end.value().report;
  Json json = report_json(report);
  json["scored"] = report.scored;
  json["predictions"] = predictions_json(records.kept());
  json["model_version"] = live->version;
  return reply_of(end.value(), std::move(json), request.body_file);
}

}  // namespace relearn
