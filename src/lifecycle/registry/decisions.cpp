#include "lifecycle/registry/decisions.h"

#include <fmt/format.h>

#include <algorithm>

#include "lifecycle/registry/bundle_folder.h"
#include "lifecycle/replay/fresh_process.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

Result<Attempt> find_attempt(const std::string& disease, std::int64_t number,
                             const Registry& registry) {
  for (Attempt& attempt : TRY(registry.versions->attempts(disease))) {
    if (attempt.number == number) return std::move(attempt);
  }
  return not_found(fmt::format("{} has no attempt {}; 'relearn models list {}' names them", disease,
                               number, disease));
}

}  // namespace

Result<void> check_bundle(const Placement& placement, const fs::path& store,
                          const NewAttempt& attempt, const CancelToken& cancel) {
  if (attempt.bundle.empty()) {
    return not_ready(fmt::format(
        "this model of {} was made before models were kept with golden cases, so that nothing "
        "could be checked; retrain instead",
        attempt.disease));
  }
  const fs::path bundles = store / "bundles";
  TRY(verify_bundle(bundles, attempt.bundle));
  const auto replayed = replay_in_fresh_process(
      replay_program(placement.program), bundles / attempt.bundle, attempt.model_digest, cancel);
  if (!replayed.ok()) return Error(replayed.error());
  return {};
}

Result<AttemptOutcome> approve_attempt(const Placement& placement, const Decision& decision,
                                       const Registry& registry, Moment now,
                                       const CancelToken& cancel) {
  const std::string& disease = placement.disease.id;
  const Attempt attempt = TRY(find_attempt(disease, decision.number, registry));
  const auto given = TRY(registry.versions->approvals(disease, decision.number));
  TRY(check_approval(attempt, given, decision.by));
  TRY(check_bundle(placement, registry.folder, attempt.what, cancel));
  return registry.versions->approve(disease, decision.number, decision.by, decision.reason, now);
}

Result<Version> force_attempt(const Placement& placement, const Decision& decision,
                              const Registry& registry, Moment now, const CancelToken& cancel) {
  const std::string& disease = placement.disease.id;
  const Attempt attempt = TRY(find_attempt(disease, decision.number, registry));
  TRY(check_force(attempt, decision.by, decision.reason));
  TRY(check_bundle(placement, registry.folder, attempt.what, cancel));
  return registry.versions->force(disease, decision.number, decision.by, decision.reason, now);
}

Result<Version> roll_back(const Placement& placement, const Decision& decision,
                          const Registry& registry, Moment now, const CancelToken& cancel) {
  const std::string& disease = placement.disease.id;
  const auto versions = TRY(registry.versions->versions(disease));
  const auto live = TRY(registry.versions->live_version(disease));
  const auto wanted = std::ranges::find(versions, decision.number, &Version::number);
  if (wanted == versions.end() || !live) {
    return not_found(fmt::format("{} has no version {}; 'relearn models list {}' names them",
                                 disease, decision.number, disease));
  }
  const std::int64_t expected = decision.seen_live == 0 ? live->number : decision.seen_live;
  TRY(check_bundle(placement, registry.folder, wanted->what, cancel));
  return registry.versions->roll_back(disease, decision.number, expected, decision.by,
                                      decision.reason, now);
}

}  // namespace relearn
