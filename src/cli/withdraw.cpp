#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

/// The bytes of snapshots that held the person. What is gone already is as good.
Result<void> delete_snapshots(const Stores& stores, const Withdrawal& withdrawal) {
  for (const std::string& digest : withdrawal.revoked_snapshots) {
    std::error_code error;
    std::filesystem::remove(stores.snapshots / (digest + ".csv"), error);
    if (error) {
      return unavailable(fmt::format("snapshot {} cannot be deleted: {}; say the command again",
                                     digest, error.message()));
    }
  }
  return {};
}

void print_withdrawal(std::FILE* out, const Withdrawal& withdrawal) {
  fmt::print(out, "erased     {} predictions, {} outcomes, name and references\n",
             withdrawal.predictions, withdrawal.outcomes);
  fmt::print(out, "snapshots  {} deleted\n", withdrawal.revoked_snapshots.size());
  for (const auto& [disease, number] : withdrawal.marked_versions) {
    fmt::print(out, "model      {} version {} had learnt from this person and is marked\n", disease,
               number);
  }
  for (const std::string& disease : withdrawal.retrain) {
    fmt::print(out, "queued     exact retrain: relearn retrain {}\n", disease);
  }
}

Json json_of(const Withdrawal& withdrawal) {
  Json versions = Json::array();
  for (const auto& [disease, number] : withdrawal.marked_versions) {
    versions.push_back({{"disease", disease}, {"number", number}});
  }
  return {{"predictions", withdrawal.predictions},
          {"outcomes", withdrawal.outcomes},
          {"revoked_snapshots", withdrawal.revoked_snapshots},
          {"marked_versions", versions},
          {"retrain", withdrawal.retrain}};
}

}  // namespace

Result<void> run_withdraw(const WithdrawCommand& command, const Context& context) {
  if (command.user.empty() == command.reference.empty()) {
    return invalid_input(
        "say who withdraws: an account's e-mail address, or --reference with a clinic's own");
  }
  const Environment& world = context.environment;
  const Stores stores = TRY(world.open_stores(OpenStore::MustExist));
  Subject subject;
  subject.reference = command.reference;
  if (!command.user.empty()) {
    const auto user = TRY(stores.people->find_user(command.user));
    if (!user) return not_found("nobody has an account with this e-mail address");
    subject.user = user->id;
  }
  const Withdrawal withdrawal =
      TRY(stores.versions->withdraw(subject, command.reason, world.wall_clock()));
  TRY(delete_snapshots(stores, withdrawal));
  if (context.format == OutputFormat::Json) {
    fmt::print(world.out, "{}\n", json_of(withdrawal).dump(2));
  } else {
    print_withdrawal(world.out, withdrawal);
  }
  return {};
}

}  // namespace relearn
