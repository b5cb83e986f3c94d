#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/registry_output.h"
#include "cli/sign_in.h"
#include "lifecycle/registry/decisions.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

/// What a decision needs: the open store, and who decides.
struct Desk {
  Registry registry;
  Decision decision;
};

Result<Desk> sit_down(const SignIn& who, std::int64_t number, const std::string& reason,
                      const Environment& world) {
  const Stores stores = TRY(world.open_stores(OpenStore::MustExist));
  const Actor by = TRY(sign_in(who, *stores.people, world));
  return Desk{registry_of(stores), Decision{number, by, reason}};
}

Result<void> settle_down(const Desk& desk, const Placement& placement) {
  const RegistryLock held = TRY(RegistryLock::take(desk.registry));
  return settle(placement, desk.registry, held);
}

void say(const Context& context, const Json& json, const std::string& sentence) {
  if (context.format == OutputFormat::Json) {
    fmt::print(context.environment.out, "{}\n", json.dump(2));
  } else {
    fmt::print(context.environment.out, "{}\n", sentence);
  }
}

void say_live(const Context& context, const Version& version) {
  const std::string& disease = version.what.disease;
  say(context,
      {{"disease", disease},
       {"live", version.number},
       {"attempt", version.attempt},
       {"forced", version.forced},
       {"model_sha256", version.what.model_digest}},
      fmt::format("{} {} is live", disease, version_text(version)));
}

Result<void> approve(const Desk& desk, const Placement& placement, const Context& context) {
  const Environment& world = context.environment;
  const AttemptOutcome outcome = TRY(
      approve_attempt(placement, desk.decision, desk.registry, world.wall_clock(), world.cancel));
  TRY(settle_down(desk, placement));
  if (outcome.version) {
    say_live(context, *outcome.version);
    return {};
  }
  const std::string& disease = outcome.attempt.what.disease;
  say(context,
      {{"disease", disease},
       {"attempt", outcome.attempt.number},
       {"state", attempt_state_word(outcome.attempt.state)},
       {"approvals_missing", outcome.approvals_missing}},
      fmt::format("attempt {} of {} is approved; it waits for {} more", outcome.attempt.number,
                  disease, people(outcome.approvals_missing)));
  return {};
}

Result<void> reject(const Desk& desk, const std::string& disease, const Context& context) {
  const Decision& decision = desk.decision;
  const Attempt attempt = TRY(desk.registry.versions->reject(
      disease, decision.number, decision.by, decision.reason, context.environment.wall_clock()));
  say(context,
      {{"disease", disease},
       {"attempt", attempt.number},
       {"state", attempt_state_word(attempt.state)}},
      fmt::format("attempt {} of {} is rejected; the live model stays", attempt.number, disease));
  return {};
}

}  // namespace

Result<void> run(const AttemptDecisionCommand& command, const Context& context) {
  const Environment& world = context.environment;
  const DiseaseFile disease = TRY(find_disease(context, command.disease));
  const Desk desk = TRY(sit_down(command.by, command.attempt, command.reason, world));
  const Placement placement{disease, command.models, world.executable};
  if (command.word == "approve") return approve(desk, placement, context);
  if (command.word == "reject") return reject(desk, disease.id, context);
  const Version version =
      TRY(force_attempt(placement, desk.decision, desk.registry, world.wall_clock(), world.cancel));
  TRY(settle_down(desk, placement));
  say_live(context, version);
  return {};
}

Result<void> run(const ModelsRollbackCommand& command, const Context& context) {
  const Environment& world = context.environment;
  const DiseaseFile disease = TRY(find_disease(context, command.disease));
  const Desk desk = TRY(sit_down(command.by, command.version, command.reason, world));
  const Placement placement{disease, command.models, world.executable};
  const Version version =
      TRY(roll_back(placement, desk.decision, desk.registry, world.wall_clock(), world.cancel));
  TRY(settle_down(desk, placement));
  say_live(context, version);
  return {};
}

}  // namespace relearn
