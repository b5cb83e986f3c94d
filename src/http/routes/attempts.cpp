#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "http/routes/model_routes.h"
#include "lifecycle/registry/bundle_folder.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::size_t kAttemptsMax = 100;

/// The bundle's documents that are told with the attempt.
constexpr std::array<std::pair<const char*, const char*>, 5> kDocuments = {{
    {"verdict_record", kBundledVerdict},
    {"evidence", kBundledEvidence},
    {"report", kBundledReport},
    {"record", "record.json"},
    {"card", "card.json"},
}};

/// What is shown of a bundle; the model itself is not.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kTypes = {{
    {".html", "text/html; charset=utf-8"},
    {".pdf", "application/pdf"},
    {".json", "application/json"},
    {".toml", "text/plain; charset=utf-8"},
}};

/// As the pages' own (html_page.h); and no origin, so that a page is nobody's, whoever wrote it.
constexpr const char* kPolicyOfPages =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox";

fs::path bundles_of(const Api& api) { return api.desk->registry.folder / "bundles"; }

Json number_or_null(std::int64_t number) { return number == 0 ? Json() : Json(number); }

std::int64_t number_of(const std::optional<Version>& version) {
  return version ? version->number : 0;
}

bool asks(const Attempt& attempt) { return attempt.what.verdict == "ask"; }

/// Only an attempt that asks people has any.
Result<std::vector<Approval>> approvals_of(const Api& api, const Attempt& attempt) {
  if (!asks(attempt)) return std::vector<Approval>();
  return api.desk->registry.versions->approvals(attempt.what.disease, attempt.number);
}

/// What the reader may do now; whether the kept files stand the check is another question.
Json i_may(const Attempt& attempt, const std::vector<Approval>& given, const Actor& reader,
           std::int64_t live) {
  const bool may_go_live =
      !attempt.contains_withdrawn && !attempt.what.bundle.empty() && attempt.what.champion == live;
  return {{"approve", may_go_live && check_approval(attempt, given, reader).ok()},
          {"reject", check_rejection(attempt, reader).ok()},
          {"force", may_go_live && check_force(attempt, reader, "a reason").ok()}};
}

/// Nothing of its bundle is read: a list of them is cheap.
Result<Json> attempt_json(const Api& api, const Attempt& attempt, const Actor& reader,
                          std::int64_t live) {
  const auto given = TRY(approvals_of(api, attempt));
  Json approvals = Json::array();
  for (const Approval& one : given) {
    approvals.push_back(
        {{"by", actor_text(one.by)}, {"reason", one.reason}, {"at", to_text(one.at)}});
  }
  const int needed = asks(attempt) ? std::max(1, approvals_needed(attempt.what)) : 0;
  const bool waits = attempt.state == AttemptState::Waiting;
  return Json{{"number", attempt.number},
              {"at", to_text(attempt.at)},
              {"verdict", attempt.what.verdict},
              {"state", attempt_state_word(attempt.state)},
              {"version", number_or_null(attempt.version)},
              {"champion", number_or_null(attempt.what.champion)},
              {"reason", attempt.what.reason},
              {"started_by", actor_text(attempt.what.started_by)},
              {"model_digest", attempt.what.model_digest},
              {"contains_withdrawn", attempt.contains_withdrawn},
              {"approvals", approvals},
              {"approvals_needed", needed},
              {"approvals_missing", waits ? needed - static_cast<int>(given.size()) : 0},
              {"i_may", i_may(attempt, given, reader, live)}};
}

Result<Json> attempts_json(const Api& api, const AtDisease& at) {
  VersionStore& store = *api.desk->registry.versions;
  const std::int64_t live = number_of(TRY(store.live_version(at.disease.id)));
  const auto attempts = TRY(store.attempts(at.disease.id));
  Json list = Json::array();
  for (auto attempt = attempts.rbegin(); attempt != attempts.rend(); ++attempt) {
    if (list.size() == kAttemptsMax) break;
    list.push_back(TRY(attempt_json(api, *attempt, at.actor, live)));
  }
  return Json{{"attempts", list}};
}

Result<Json> one_attempt_json(const Api& api, const AtDisease& at, const Attempt& attempt) {
  const auto live = TRY(api.desk->registry.versions->live_version(at.disease.id));
  return attempt_json(api, attempt, at.actor, number_of(live));
}

Result<Json> decided_json(const Api& api, const AtDisease& at, const HttpRequest& request) {
  const Attempt attempt = TRY(find_attempt_of(api, request));
  Json json = TRY(one_attempt_json(api, at, attempt));
  json["serving"] = number_or_null(serving_version(api, at.disease.id));
  return json;
}

/// A document of the bundle; null where it has none.
Result<Json> document(const fs::path& bundles, const Attempt& attempt, const std::string& name) {
  auto text = read_bundled(bundles, attempt.what.bundle, name);
  if (!text.ok() && text.error().kind == ErrorKind::NotFound) return Json();
  if (!text.ok()) return text.take_error();
  Json json = Json::parse(text.value(), nullptr, false);
  if (!json.is_discarded()) return json;
  return broken_invariant(fmt::format("{}/{}: is no JSON", attempt.what.bundle, name));
}

std::string_view type_of(std::string_view file) {
  for (const auto& [ending, type] : kTypes) {
    if (file.ends_with(ending)) return type;
  }
  return "";
}

/// Whether the bundle has this file and it is one to be shown. The name is the client's: nothing is
/// done with it but to compare it.
Result<bool> shows(const fs::path& bundles, const Attempt& attempt, const std::string& file) {
  if (attempt.what.bundle.empty() || type_of(file).empty()) return false;
  const auto names = TRY(bundled_files(bundles, attempt.what.bundle));
  return std::ranges::find(names, file) != names.end();
}

Result<Json> detail_json(const Api& api, const AtDisease& at, const Attempt& attempt) {
  Json json = TRY(one_attempt_json(api, at, attempt));
  const fs::path bundles = bundles_of(api);
  const bool kept = !attempt.what.bundle.empty();
  for (const auto& [member, file] : kDocuments) {
    json[member] = kept ? TRY(document(bundles, attempt, file)) : Json();
  }
  Json files = Json::array();
  if (kept) {
    for (const std::string& name : TRY(bundled_files(bundles, attempt.what.bundle))) {
      if (!type_of(name).empty()) files.push_back(name);
    }
  }
  json["files"] = files;
  return json;
}

}  // namespace

HttpResponse answer_attempts(const Api& api, const HttpRequest& request) {
  auto found = find_at_disease(api, request, kWhoReadsModels);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  return told(attempts_json(api, std::get<AtDisease>(found)));
}

HttpResponse told_attempt(const Api& api, const AtDisease& reader, const HttpRequest& request) {
  return told(decided_json(api, reader, request));
}

HttpResponse answer_attempt(const Api& api, const HttpRequest& request) {
  auto found = find_at_disease(api, request, kWhoReadsModels);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  const auto attempt = find_attempt_of(api, request);
  if (!attempt.ok()) return problem_of(attempt.error());
  const auto json = detail_json(api, std::get<AtDisease>(found), attempt.value());
  return json.ok() ? told(json) : problem_of_kept(api, json.error());
}

HttpResponse answer_attempt_file(const Api& api, const HttpRequest& request) {
  auto found = find_at_disease(api, request, kWhoReadsModels);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  const auto attempt = find_attempt_of(api, request);
  if (!attempt.ok()) return problem_of(attempt.error());
  const std::string& file = request.path_parts.at("file");
  const auto shown = shows(bundles_of(api), attempt.value(), file);
  if (!shown.ok()) return problem_of_kept(api, shown.error());
  if (!shown.value()) {
    return problem(404, fmt::format("attempt {} of {} has no file {}; the attempt names them",
                                    attempt.value().number, attempt.value().what.disease, file));
  }
  auto bytes = read_bundled(bundles_of(api), attempt.value().what.bundle, file);
  if (!bytes.ok()) return problem_of_kept(api, bytes.error());
  HttpResponse response;
  response.content_type = type_of(file);
  response.body = bytes.take_value();
  response.headers.emplace_back("Content-Security-Policy", kPolicyOfPages);
  response.headers.emplace_back("Content-Disposition",
                                fmt::format("inline; filename=\"{}\"", file));
  return response;
}

}  // namespace relearn
