#include <nlohmann/json.hpp>
#include <optional>

#include "http/routes/model_routes.h"
#include "lifecycle/registry/version_diff.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

Json number_or_null(std::int64_t number) { return number == 0 ? Json() : Json(number); }

std::int64_t number_of(const std::optional<Version>& version) {
  return version ? version->number : 0;
}

Json version_json(const Version& version, std::int64_t live) {
  return {{"number", version.number},
          {"attempt", version.attempt},
          {"published_at", to_text(version.published_at)},
          {"forced", version.forced},
          {"contains_withdrawn", version.contains_withdrawn},
          {"verdict", version.what.verdict},
          {"reason", version.what.reason},
          {"started_by", actor_text(version.what.started_by)},
          {"model_digest", version.what.model_digest},
          {"live", version.number == live}};
}

Result<Json> model_json(const Api& api, const DiseaseFile& disease) {
  VersionStore& versions = *api.desk->registry.versions;
  const auto live = TRY(versions.live_version(disease.id));
  Json waiting = Json::array();
  for (const Attempt& attempt : TRY(versions.attempts(disease.id))) {
    if (attempt.state == AttemptState::Waiting) waiting.insert(waiting.begin(), attempt.number);
  }
  return Json{{"disease", disease.id},
              {"name", disease.name},
              {"live", live ? version_json(*live, live->number) : Json()},
              {"serving", number_or_null(serving_version(api, disease.id))},
              {"waiting", waiting}};
}

Result<Json> models_json(const Api& api) {
  Json models = Json::array();
  for (const DiseaseFile& disease : api.models->diseases()) {
    models.push_back(TRY(model_json(api, disease)));
  }
  return Json{{"models", models}};
}

Result<Json> versions_json(const Api& api, const std::string& disease) {
  VersionStore& store = *api.desk->registry.versions;
  const std::int64_t live = number_of(TRY(store.live_version(disease)));
  Json versions = Json::array(), changes = Json::array();
  for (const Version& version : TRY(store.versions(disease))) {
    versions.insert(versions.begin(), version_json(version, live));
  }
  for (const LiveChange& change : TRY(store.live_changes(disease))) {
    changes.insert(
        changes.begin(),
        Json{{"at", to_text(change.at)}, {"from", number_or_null(change.from)}, {"to", change.to}});
  }
  return Json{{"versions", versions}, {"live_changes", changes}};
}

Result<Json> told_version_json(const Api& api, const Version& version) {
  const std::string& disease = version.what.disease;
  const auto live = TRY(api.desk->registry.versions->live_version(disease));
  return Json{{"version", version_json(version, number_of(live))},
              {"serving", number_or_null(serving_version(api, disease))}};
}

Json json_of(const VersionDiff& diff, std::int64_t from, std::int64_t to) {
  Json facts = Json::array();
  for (const ChangedFact& fact : diff.facts) {
    facts.push_back({{"fact", fact.key}, {"from", fact.from}, {"to", fact.to}});
  }
  Json patients;
  if (diff.same_inputs) {
    patients = {{"patients", diff.patients},
                {"mean_change", diff.mean_change},
                {"largest_change", diff.largest_change},
                {"other_side_of_threshold", diff.other_side}};
  }
  return {{"from", from},
          {"to", to},
          {"facts", facts},
          {"same_inputs", diff.same_inputs},
          {"invented_patients", patients}};
}

Result<Json> diff_json(const Api& api, const DiseaseFile& disease, std::int64_t from,
                       std::int64_t to) {
  const Version older = TRY(find_version_of(api, disease.id, from));
  const Version newer = TRY(find_version_of(api, disease.id, to));
  const VersionDiff diff = TRY(diff_versions(disease, api.desk->registry.folder, older, newer));
  return json_of(diff, from, to);
}

}  // namespace

HttpResponse told_version(const Api& api, const Version& version) {
  return told(told_version_json(api, version));
}

HttpResponse answer_models(const Api& api, const HttpRequest& request) {
  auto found = find_actor(api, request, kWhoReadsModels);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  return told(models_json(api));
}

HttpResponse answer_versions(const Api& api, const HttpRequest& request) {
  auto found = find_at_disease(api, request, kWhoReadsModels);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  return told(versions_json(api, std::get<AtDisease>(found).disease.id));
}

HttpResponse answer_diff(const Api& api, const HttpRequest& request) {
  auto found = find_at_disease(api, request, kWhoReadsModels);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  const auto json = diff_json(api, std::get<AtDisease>(found).disease, number_of(request, "from"),
                              number_of(request, "to"));
  return json.ok() ? told(json) : problem_of_kept(api, json.error());
}

}  // namespace relearn
