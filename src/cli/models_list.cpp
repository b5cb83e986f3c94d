#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/registry_output.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

/// One disease, or all.
Result<std::vector<std::string>> asked_ids(const std::string& id, const Context& context) {
  if (!id.empty()) {
    const DiseaseFile one = TRY(find_disease(context, id));
    return std::vector{one.id};
  }
  std::vector<std::string> ids;
  for (const DiseaseFile& disease : TRY(load_disease_folder(context.diseases))) {
    ids.push_back(disease.id);
  }
  return ids;
}

std::string_view version_mark(const Version& version, std::int64_t live) {
  if (version.number == live) return version.forced ? "live, forced" : "live";
  return version.forced ? "forced" : "";
}

Json attempt_json(const Attempt& attempt, std::int64_t live) {
  const NewAttempt& what = attempt.what;
  return {{"disease", what.disease},
          {"attempt", attempt.number},
          {"at", to_text(attempt.at)},
          {"verdict", what.verdict},
          {"state", attempt_state_word(attempt.state)},
          {"version", attempt.version},
          {"live", attempt.version != 0 && attempt.version == live},
          {"judged_against", what.champion},
          {"started_by", actor_text(what.started_by)},
          {"reason", what.reason},
          {"model_sha256", what.model_digest},
          {"bundle", what.bundle},
          {"snapshot", what.snapshot},
          {"contains_withdrawn", attempt.contains_withdrawn}};
}

std::string attempt_line(const Attempt& attempt, const std::vector<Version>& versions,
                         std::int64_t live) {
  std::string became = attempt.version > 0 ? fmt::format("version {}", attempt.version) : "";
  const auto version = std::ranges::find(versions, attempt.version, &Version::number);
  if (version != versions.end()) {
    const std::string_view mark = version_mark(*version, live);
    if (!mark.empty()) became += fmt::format(" ({})", mark);
  }
  return fmt::format("{:>5}  {}  {:<12} {:<10} {:<24} {}\n", attempt.number,
                     to_text(date_of(attempt.at)), attempt.what.verdict,
                     attempt_state_word(attempt.state), became, attempt.what.reason);
}

Result<std::int64_t> live_number(VersionStore& versions, const std::string& disease) {
  const auto live = TRY(versions.live_version(disease));
  return live ? live->number : 0;
}

/// The version that answered at a moment: the last change before it; none: 0.
std::int64_t live_at(const std::vector<LiveChange>& changes, Moment at) {
  std::int64_t live = 0;
  for (const LiveChange& change : changes) {
    if (change.at.seconds <= at.seconds) live = change.to;
  }
  return live;
}

}  // namespace

Result<void> run(const ModelsListCommand& command, const Context& context) {
  const Stores stores = TRY(context.environment.open_stores(OpenStore::MustExist));
  std::FILE* out = context.environment.out;
  Json list = Json::array();
  for (const std::string& disease : TRY(asked_ids(command.disease, context))) {
    const auto attempts = TRY(stores.versions->attempts(disease));
    const auto versions = TRY(stores.versions->versions(disease));
    const std::int64_t live = TRY(live_number(*stores.versions, disease));
    if (context.format == OutputFormat::Plain) {
      fmt::print(out, "{}\n", disease);
      if (attempts.empty()) {
        fmt::print(out, "  nothing yet; 'relearn retrain {}' makes the first model\n", disease);
      }
    }
    for (const Attempt& attempt : attempts) {
      list.push_back(attempt_json(attempt, live));
      if (context.format == OutputFormat::Plain) {
        fmt::print(out, "{}", attempt_line(attempt, versions, live));
      }
    }
  }
  if (context.format == OutputFormat::Json) fmt::print(out, "{}\n", list.dump(2));
  return {};
}

Result<void> run(const ModelsLiveCommand& command, const Context& context) {
  const Environment& world = context.environment;
  Moment at = world.wall_clock();
  if (!command.at.empty()) at = TRY(parse_moment(command.at));
  const Stores stores = TRY(world.open_stores(OpenStore::MustExist));
  Json list = Json::array();
  for (const std::string& disease : TRY(asked_ids(command.disease, context))) {
    const auto changes = TRY(stores.versions->live_changes(disease));
    const std::int64_t number = live_at(changes, at);
    const auto versions = TRY(stores.versions->versions(disease));
    const auto version = std::ranges::find(versions, number, &Version::number);
    Json json = {{"disease", disease}, {"at", to_text(at)}, {"version", number}};
    std::string line = "none";
    if (version != versions.end()) {
      json["forced"] = version->forced;
      json["model_sha256"] = version->what.model_digest;
      line = fmt::format("{}, {}", version_text(*version), version->what.model_digest);
    }
    list.push_back(std::move(json));
    if (context.format == OutputFormat::Plain) {
      fmt::print(world.out, "{:<12} {}\n", disease, line);
    }
  }
  if (context.format == OutputFormat::Json) fmt::print(world.out, "{}\n", list.dump(2));
  return {};
}

}  // namespace relearn
