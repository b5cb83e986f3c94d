#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/registry_output.h"
#include "lifecycle/registry/withdrawn_files.h"
#include "lifecycle/retrain/cohort_from_store.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

/// The snapshots again, without the person, for the retrain that is queued. disease -> rows.
Result<std::map<std::string, std::uint64_t>> rebuild_snapshots(const WithdrawCommand& command,
                                                               const Withdrawal& withdrawal,
                                                               const Stores& stores,
                                                               const Context& context) {
  const Environment& world = context.environment;
  std::map<std::string, std::uint64_t> rows;
  for (const std::string& id : withdrawal.retrain) {
    const DiseaseFile disease = TRY(find_disease(context, id));
    const CohortRequest request{disease, TRY(baseline_for(disease, command.data)), "",
                                world.wall_clock(), stores.snapshots};
    const PreparedCohort prepared =
        TRY(prepare_cohort(request, *stores.records, *stores.versions, stores.keyed, world.cancel));
    rows[id] = prepared.funnel.used;
  }
  return rows;
}

void print_withdrawal(std::FILE* out, const Withdrawal& withdrawal,
                      const std::map<std::string, std::uint64_t>& rebuilt) {
  fmt::print(out, "erased     {} predictions, {} outcomes, name and references\n",
             withdrawal.predictions, withdrawal.outcomes);
  fmt::print(out, "snapshots  {} deleted\n", withdrawal.revoked_snapshots.size());
  for (const auto& [disease, rows] : rebuilt) {
    fmt::print(out, "snapshot   {} rebuilt with {} rows\n", disease, rows);
  }
  for (const auto& [disease, number] : withdrawal.marked_versions) {
    fmt::print(out, "model      {} version {} had learnt from this person and is marked\n", disease,
               number);
  }
  for (const std::string& disease : withdrawal.retrain) {
    fmt::print(out, "queued     exact retrain: relearn retrain {}\n", disease);
  }
}

Json json_of(const Withdrawal& withdrawal, const std::map<std::string, std::uint64_t>& rebuilt) {
  Json versions = Json::array();
  for (const auto& [disease, number] : withdrawal.marked_versions) {
    versions.push_back({{"disease", disease}, {"number", number}});
  }
  return {{"predictions", withdrawal.predictions},
          {"outcomes", withdrawal.outcomes},
          {"revoked_snapshots", withdrawal.revoked_snapshots},
          {"rebuilt_rows", rebuilt},
          {"marked_versions", versions},
          {"retrain", withdrawal.retrain}};
}

}  // namespace

Result<void> run(const WithdrawCommand& command, const Context& context) {
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
  const auto diseases = TRY(load_disease_folder(context.diseases));
  TRY(delete_withdrawn_files(withdrawal, diseases, registry_of(stores)));
  const auto rebuilt = TRY(rebuild_snapshots(command, withdrawal, stores, context));
  if (context.format == OutputFormat::Json) {
    fmt::print(world.out, "{}\n", json_of(withdrawal, rebuilt).dump(2));
  } else {
    print_withdrawal(world.out, withdrawal, rebuilt);
  }
  return {};
}

}  // namespace relearn
