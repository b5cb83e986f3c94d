// From the registry to the files and back: the models of versions are kept in the store's folder
// and are placed where everybody looks for them when they go live. Nothing here learns.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/result.h"
#include "learning/model_file/model_file.h"
#include "lifecycle/retrain/question.h"
#include "lifecycle/retrain/retrain_from_store.h"

namespace relearn {

/// Where models are placed, and who checks them first.
struct Placement {
  const DiseaseFile& disease;
  std::filesystem::path models;   // folder
  std::filesystem::path program;  // replays them in a fresh process
};

Result<RegistryState> read_registry(const std::string& disease, const RetrainStores& stores);

/// The model of an attempt as it was kept. NotReady: it was erased; BrokenInvariant: it was
/// changed.
Result<SavedModel> load_kept_model(const std::filesystem::path& store, const NewAttempt& attempt);

/// Which version a model file in its usual place is: a note stands beside it.
struct PlacedVersion {
  std::int64_t number = 0;
  bool forced = false;  // live against its verdict
};

/// Nothing where no note is there, or it is about another model than this one.
std::optional<PlacedVersion> placed_version(const std::filesystem::path& model_file,
                                            const std::string& model_digest);

/// A version's files where everybody looks for them.
Result<void> place_version(const Placement& placement, const std::filesystem::path& store,
                           const Version& version);

/// Puts the live version's kept files in place when other ones are there (after a crash between
/// entering and placing, or a restore). Nothing when there is no live version or all is well.
Result<void> place_live_version(const Placement& placement, const RetrainStores& stores);

/// Every file of its bundle is as it was written, and a fresh process tells the golden cases from
/// its model as they were told when it was learnt.
Result<void> check_bundle(const Placement& placement, const std::filesystem::path& store,
                          const NewAttempt& attempt, const CancelToken& cancel);

// What people decide. Whatever goes live by it is checked first (check_bundle), and placed.

struct Decision {
  std::int64_t number = 0;  // of the attempt; of a rollback, of the version to return to
  Actor by;
  std::string reason;
};

Result<AttemptOutcome> approve_attempt(const Placement& placement, const Decision& decision,
                                       const RetrainStores& stores, Moment now,
                                       const CancelToken& cancel);
Result<Version> force_attempt(const Placement& placement, const Decision& decision,
                              const RetrainStores& stores, Moment now, const CancelToken& cancel);
Result<Version> roll_back(const Placement& placement, const Decision& decision,
                          const RetrainStores& stores, Moment now, const CancelToken& cancel);

/// Deletes what must not stay: the models that learnt from somebody who has withdrawn, but for the
/// live one, which answers until it is replaced (their reports, which hold nobody, stay); and
/// bundles that no attempt names, left behind by a process that was killed before it entered them.
Result<void> clear_bundles(const std::string& disease, const RetrainStores& stores);

}  // namespace relearn
