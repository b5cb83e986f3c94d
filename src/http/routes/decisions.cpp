#include "lifecycle/registry/decisions.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "base/text.h"
#include "http/flat_body.h"
#include "http/routes/model_routes.h"

namespace relearn {
namespace {

/// What the body of a decision says.
struct Said {
  std::string reason;
  std::int64_t version = 0, seen_live = 0;  // of a rollback; 0: not said
};

enum class About { Attempt, Rollback };

std::optional<HttpResponse> read_version(const BodyMember& member, std::int64_t& version) {
  const char* const end = member.text.data() + member.text.size();
  const auto read = std::from_chars(member.text.data(), end, version);
  const bool whole = member.kind == BodyMember::Kind::Number && read.ec == std::errc() &&
                     read.ptr == end && version > 0;
  if (whole) return std::nullopt;
  return problem(422, fmt::format("{}: must be the number of a version", member.key), member.key);
}

std::variant<Said, HttpResponse> read_said(const HttpRequest& request, About about) {
  auto body = read_flat_body(request);
  if (auto* refused = std::get_if<HttpResponse>(&body)) return std::move(*refused);
  Said said;
  for (const BodyMember& member : std::get<0>(body)) {
    const bool version = about == About::Rollback && member.key == "version";
    const bool seen_live = about == About::Rollback && member.key == "seen_live";
    if (version || seen_live) {
      if (auto refused = read_version(member, version ? said.version : said.seen_live)) {
        return std::move(*refused);
      }
    } else if (member.key != "reason") {
      const std::string key = shown_key(member.key);
      return problem(422, fmt::format("{}: is not known here", key), key);
    } else if (member.kind != BodyMember::Kind::String) {
      return problem(422, "reason: must be a text", "reason");
    } else {
      said.reason = trim(member.text);
    }
  }
  if (said.reason.empty()) {
    return problem(422, "reason: is missing; the ledger keeps why this was decided", "reason");
  }
  if (about == About::Rollback && said.version == 0) {
    return problem(422, "version: is missing", "version");
  }
  return said;
}

HttpResponse refused_decision(const Api& api, const Error& error) {
  // All that a decision can be given wrongly, once it is read, is its reason.
  if (error.kind == ErrorKind::InvalidInput) return problem_of(error, "reason");
  return problem_of_kept(api, error);
}

Placement placement_of(const Api& api, const DiseaseFile& disease) {
  return {disease, api.desk->models, api.desk->program};
}

/// After it was decided: files in place, the model answers. What fails here undoes nothing; the log
/// tells it.
std::string follow(const Api& api, const DiseaseFile& disease) {
  api.desk->take_over();
  const auto held = RegistryLock::take(api.desk->registry);
  if (!held.ok()) return held.error().message;
  const auto settled = settle(placement_of(api, disease), api.desk->registry, held.value());
  return settled.ok() ? "" : settled.error().message;
}

/// It is decided: nothing that fails from now on may sound as if it were not.
HttpResponse told_decided(HttpResponse told, const std::string& failed) {
  if (told.status >= 500) {
    const std::string log = told.log;
    told = problem(500, "it is decided and stored, but cannot be read back now; ask for it again");
    told.log = log;
  }
  if (!failed.empty()) told.log = failed;
  return told;
}

/// One person's word on the attempt of the path. `decide` stores it and says what failed
/// afterwards,
/// "" for nothing; `word` is for the log.
template <typename Decide>
HttpResponse decide_attempt(const Api& api, const HttpRequest& request,
                            std::initializer_list<Role> roles, std::string_view word,
                            const Decide& decide) {
  auto found = find_at_disease(api, request, roles);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  const AtDisease& at = std::get<AtDisease>(found);
  auto body = read_said(request, About::Attempt);
  if (auto* refused = std::get_if<HttpResponse>(&body)) return std::move(*refused);
  const auto attempt = find_attempt_of(api, request);
  if (!attempt.ok()) return problem_of(attempt.error());
  const Decision decision{attempt.value().number, at.actor, std::get<Said>(body).reason};
  const Result<std::string> failed = decide(at.disease, decision);
  if (!failed.ok()) return refused_decision(api, failed.error());
  HttpResponse told = told_decided(told_attempt(api, at, request), failed.value());
  told.did =
      fmt::format("{} {} {}, {}", word, at.disease.id, decision.number, actor_text(at.actor));
  return told;
}

}  // namespace

HttpResponse answer_approve(const Api& api, const HttpRequest& request) {
  const auto approve = [&api](const DiseaseFile& disease,
                              const Decision& decision) -> Result<std::string> {
    const ModelDesk& desk = *api.desk;
    const AttemptOutcome outcome = TRY(approve_attempt(placement_of(api, disease), decision,
                                                       desk.registry, api.now(), desk.cancel));
    return outcome.version ? follow(api, disease) : std::string();
  };
  return decide_attempt(api, request, kWhoDecides, "approve attempt", approve);
}

HttpResponse answer_reject(const Api& api, const HttpRequest& request) {
  const auto reject = [&api](const DiseaseFile& disease,
                             const Decision& decision) -> Result<std::string> {
    TRY(api.desk->registry.versions->reject(disease.id, decision.number, decision.by,
                                            decision.reason, api.now()));
    return std::string();
  };
  return decide_attempt(api, request, kWhoDecides, "reject attempt", reject);
}

HttpResponse answer_force(const Api& api, const HttpRequest& request) {
  const auto force = [&api](const DiseaseFile& disease,
                            const Decision& decision) -> Result<std::string> {
    const ModelDesk& desk = *api.desk;
    TRY(force_attempt(placement_of(api, disease), decision, desk.registry, api.now(), desk.cancel));
    return follow(api, disease);
  };
  return decide_attempt(api, request, kAdmins, "force attempt", force);
}

HttpResponse answer_rollback(const Api& api, const HttpRequest& request) {
  auto found = find_at_disease(api, request, kAdmins);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  const AtDisease& at = std::get<AtDisease>(found);
  auto body = read_said(request, About::Rollback);
  if (auto* refused = std::get_if<HttpResponse>(&body)) return std::move(*refused);
  const Said& said = std::get<Said>(body);
  const auto wanted = find_version_of(api, at.disease.id, said.version);
  if (!wanted.ok()) return problem_of(wanted.error(), "version");
  const Decision decision{said.version, at.actor, said.reason, said.seen_live};
  const auto version = roll_back(placement_of(api, at.disease), decision, api.desk->registry,
                                 api.now(), api.desk->cancel);
  if (!version.ok()) return refused_decision(api, version.error());
  const std::string failed = follow(api, at.disease);
  HttpResponse told = told_decided(told_version(api, version.value()), failed);
  told.did =
      fmt::format("roll back {} to {}, {}", at.disease.id, said.version, actor_text(at.actor));
  return told;
}

}  // namespace relearn
