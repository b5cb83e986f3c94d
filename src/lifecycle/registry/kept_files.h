// The registry is what the store knows of versions and what its folder keeps of them. Here: the
// files of an attempt as they were kept.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/descriptor.h"
#include "base/result.h"
#include "learning/model_file/model_file.h"
#include "records/version_store.h"

namespace relearn {

struct Registry {
  std::shared_ptr<VersionStore> versions;
  std::filesystem::path folder;  // of the store: bundles/ is in it
};

/// What everybody looks for when a version is live; bytes.
struct ModelFiles {
  std::string model, page, report;
};

/// Held by whoever makes the folder follow the registry: bundles that come and go, the model in its
/// place. One holder at a time, among the threads of a process and among processes.
class RegistryLock {
 public:
  static Result<RegistryLock> take(const Registry& registry);

 private:
  explicit RegistryLock(Descriptor held) : held_(std::move(held)) {}
  Descriptor held_;
};

/// Where the model of an attempt is kept.
std::filesystem::path kept_model(const std::filesystem::path& store, const NewAttempt& attempt);

/// BrokenInvariant: they were changed, or are gone.
Result<ModelFiles> read_kept_files(const std::filesystem::path& store, const NewAttempt& attempt);

/// The model of an attempt as it was kept. NotReady: it was erased; BrokenInvariant: it was
/// changed.
Result<SavedModel> load_kept_model(const std::filesystem::path& store, const NewAttempt& attempt);

/// Deletes what must not stay: the models that learnt from somebody who has withdrawn, but for the
/// live one, which answers until it is replaced (their reports, which hold nobody, stay); and
/// bundles that no attempt names, left behind by a process that was killed before it entered them.
Result<void> clear_bundles(const std::string& disease, const Registry& registry,
                           const RegistryLock& held);

}  // namespace relearn
