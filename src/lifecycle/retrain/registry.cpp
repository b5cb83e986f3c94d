#include "lifecycle/retrain/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/file.h"
#include "lifecycle/replay/fresh_process.h"
#include "lifecycle/retrain/bundle_folder.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::uint64_t kKeptBytesMax = std::uint64_t{64} << 20;
constexpr std::uint64_t kNoteBytesMax = 1 << 16;

fs::path bundles_of(const fs::path& store) { return store / "bundles"; }

/// What is placed of a version. Of a time before bundles, the files have the model's digest.
Result<CheckedBundle> kept_files(const fs::path& store, const NewAttempt& attempt) {
  CheckedBundle found;
  if (!attempt.bundle.empty()) {
    const fs::path bundles = bundles_of(store);
    found.bundle.model = TRY(read_bundled(bundles, attempt.bundle, kBundledModel));
    found.bundle.page = TRY(read_bundled(bundles, attempt.bundle, kBundledPage));
    found.bundle.report = TRY(read_bundled(bundles, attempt.bundle, kBundledReport));
  } else {
    const fs::path kept = store / "versions" / attempt.model_digest;
    found.bundle.model = TRY(read_file(kept.string() + ".sav", kKeptBytesMax));
    found.bundle.page = TRY(read_file(kept.string() + ".report.html", kKeptBytesMax));
    found.bundle.report = TRY(read_file(kept.string() + ".report.json", kKeptBytesMax));
  }
  found.model_digest = sha256(found.bundle.model);
  if (found.model_digest == attempt.model_digest) return found;
  return broken_invariant(
      fmt::format("{}: is not the model that the registry names; was it changed?",
                  kept_model(store, attempt).string()));
}

fs::path note_of(const fs::path& model_file) {
  return fs::path(model_file).replace_extension(".version.json");
}

Result<Attempt> find_attempt(const std::string& disease, std::int64_t number,
                             const RetrainStores& stores) {
  for (Attempt& attempt : TRY(stores.versions->attempts(disease))) {
    if (attempt.number == number) return std::move(attempt);
  }
  return not_found(fmt::format("{} has no attempt {}; 'relearn models list {}' names them", disease,
                               number, disease));
}

}  // namespace

Result<RegistryState> read_registry(const std::string& disease, const RetrainStores& stores) {
  RegistryState state;
  state.live = TRY(stores.versions->live_version(disease));
  state.versions = TRY(stores.versions->versions(disease));
  state.attempts = TRY(stores.versions->attempts(disease));
  state.changes = TRY(stores.versions->live_changes(disease));
  auto generations = TRY(stores.versions->locked_generations(disease));
  if (!generations.empty()) state.locked = std::move(generations.back());
  const auto quarantines = TRY(stores.records->quarantines(disease));
  state.open_quarantines = static_cast<std::uint64_t>(
      std::ranges::count(quarantines, QuarantineState::Open, &Quarantine::state));
  state.store = stores.folder;
  return state;
}

Result<SavedModel> load_kept_model(const fs::path& store, const NewAttempt& attempt) {
  std::error_code ec;
  const fs::path file = kept_model(store, attempt);
  if (!fs::exists(file, ec)) {
    return not_ready(
        fmt::format("{}: the model is not kept any more; it was erased when somebody it learnt "
                    "from withdrew",
                    file.string()));
  }
  CheckedBundle kept = TRY(kept_files(store, attempt));
  return read_model(kept.bundle.model);
}

std::optional<PlacedVersion> placed_version(const fs::path& model_file,
                                            const std::string& model_digest) {
  const auto text = read_file(note_of(model_file), kNoteBytesMax);
  if (!text.ok()) return std::nullopt;
  const Json note = Json::parse(text.value(), nullptr, false);
  if (!note.is_object() || note.value("model_sha256", Json()) != Json(model_digest)) {
    return std::nullopt;
  }
  const Json number = note.value("version", Json()), forced = note.value("forced", Json());
  if (!number.is_number_integer() || !forced.is_boolean()) return std::nullopt;
  return PlacedVersion{number.get<std::int64_t>(), forced.get<bool>()};
}

Result<void> place_version(const Placement& placement, const fs::path& store,
                           const Version& version) {
  CheckedBundle files = TRY(kept_files(store, version.what));
  const RetrainRequest request{.disease = placement.disease, .out = placement.models};
  const RetrainRecord placed = TRY(place(request, std::move(files)));
  const Json note = {{"disease", version.what.disease},
                     {"version", version.number},
                     {"attempt", version.attempt},
                     {"forced", version.forced},
                     {"model_sha256", version.what.model_digest}};
  return write_file_atomically(note_of(placed.model_file), note.dump(2) + "\n");
}

Result<void> place_live_version(const Placement& placement, const RetrainStores& stores) {
  const auto live = TRY(stores.versions->live_version(placement.disease.id));
  if (!live) return {};
  const fs::path in_place = placement.models / placement.disease.model_file_name;
  const auto there = read_file(in_place, kKeptBytesMax);
  const std::string& digest = live->what.model_digest;
  const auto note = placed_version(in_place, digest);
  const bool named = note && note->number == live->number && note->forced == live->forced;
  if (named && there.ok() && sha256(there.value()) == digest) return {};
  return place_version(placement, stores.folder, *live);
}

Result<void> check_bundle(const Placement& placement, const fs::path& store,
                          const NewAttempt& attempt, const CancelToken& cancel) {
  if (attempt.bundle.empty()) {
    return not_ready(fmt::format(
        "this model of {} was made before models were kept with golden cases, so that nothing "
        "could be checked; retrain instead",
        attempt.disease));
  }
  const fs::path bundles = bundles_of(store);
  TRY(verify_bundle(bundles, attempt.bundle));
  const auto replayed = replay_in_fresh_process(
      replay_program(placement.program), bundles / attempt.bundle, attempt.model_digest, cancel);
  if (!replayed.ok()) return Error(replayed.error());
  return {};
}

Result<AttemptOutcome> approve_attempt(const Placement& placement, const Decision& decision,
                                       const RetrainStores& stores, Moment now,
                                       const CancelToken& cancel) {
  const std::string& disease = placement.disease.id;
  const Attempt attempt = TRY(find_attempt(disease, decision.number, stores));
  const auto given = TRY(stores.versions->approvals(disease, decision.number));
  TRY(check_approval(attempt, given, decision.by));
  TRY(check_bundle(placement, stores.folder, attempt.what, cancel));
  AttemptOutcome outcome =
      TRY(stores.versions->approve(disease, decision.number, decision.by, decision.reason, now));
  if (outcome.version) TRY(place_version(placement, stores.folder, *outcome.version));
  TRY(clear_bundles(disease, stores));
  return outcome;
}

Result<Version> force_attempt(const Placement& placement, const Decision& decision,
                              const RetrainStores& stores, Moment now, const CancelToken& cancel) {
  const std::string& disease = placement.disease.id;
  const Attempt attempt = TRY(find_attempt(disease, decision.number, stores));
  TRY(check_force(attempt, decision.by, decision.reason));
  TRY(check_bundle(placement, stores.folder, attempt.what, cancel));
  Version version =
      TRY(stores.versions->force(disease, decision.number, decision.by, decision.reason, now));
  TRY(place_version(placement, stores.folder, version));
  TRY(clear_bundles(disease, stores));
  return version;
}

Result<Version> roll_back(const Placement& placement, const Decision& decision,
                          const RetrainStores& stores, Moment now, const CancelToken& cancel) {
  const std::string& disease = placement.disease.id;
  const auto versions = TRY(stores.versions->versions(disease));
  const auto live = TRY(stores.versions->live_version(disease));
  const auto wanted = std::ranges::find(versions, decision.number, &Version::number);
  if (wanted == versions.end() || !live) {
    return not_found(fmt::format("{} has no version {}; 'relearn models list {}' names them",
                                 disease, decision.number, disease));
  }
  TRY(check_bundle(placement, stores.folder, wanted->what, cancel));
  Version version = TRY(stores.versions->roll_back(disease, decision.number, live->number,
                                                   decision.by, decision.reason, now));
  TRY(place_version(placement, stores.folder, version));
  TRY(clear_bundles(disease, stores));
  return version;
}

Result<void> clear_bundles(const std::string& disease, const RetrainStores& stores) {
  const fs::path bundles = bundles_of(stores.folder);
  const auto live = TRY(stores.versions->live_version(disease));
  const auto attempts = TRY(stores.versions->attempts(disease));
  for (const std::string& digest : TRY(list_bundles(bundles, disease))) {
    const auto named =
        std::ranges::find(attempts, digest, [](const Attempt& one) { return one.what.bundle; });
    if (named == attempts.end()) TRY(remove_bundle(bundles, digest));
  }
  for (const Attempt& attempt : attempts) {
    if (!attempt.contains_withdrawn || (live && attempt.number == live->attempt)) continue;
    std::error_code error;
    fs::remove(kept_model(stores.folder, attempt.what), error);
    if (error) {
      return unavailable(fmt::format("the model of attempt {} of {} cannot be deleted: {}",
                                     attempt.number, disease, error.message()));
    }
  }
  return {};
}

}  // namespace relearn
