#include "lifecycle/registry/kept_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/digest.h"
#include "base/file.h"
#include "lifecycle/registry/bundle_folder.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kKeptBytesMax = std::uint64_t{64} << 20;

fs::path bundles_of(const fs::path& store) { return store / "bundles"; }

}  // namespace

Result<RegistryLock> RegistryLock::take(const Registry& registry) {
  const fs::path& folder = registry.folder;
  Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  int locked = descriptor.get();
  if (locked >= 0) {
    do {
      locked = ::flock(descriptor.get(), LOCK_EX);
    } while (locked != 0 && errno == EINTR);
  }
  if (locked == 0) return RegistryLock(std::move(descriptor));
  return unavailable(fmt::format("{}: cannot be locked: {}", folder.string(),
                                 std::system_category().message(errno)));
}

fs::path kept_model(const fs::path& store, const NewAttempt& attempt) {
  // Before there were bundles, models were kept by their own digest.
  if (attempt.bundle.empty()) return store / "versions" / (attempt.model_digest + ".sav");
  return store / "bundles" / attempt.bundle / kBundledModel;
}

// Of a time before bundles, the files have the model's digest.
Result<ModelFiles> read_kept_files(const fs::path& store, const NewAttempt& attempt) {
  ModelFiles files;
  if (!attempt.bundle.empty()) {
    const fs::path bundles = bundles_of(store);
    files.model = TRY(read_bundled(bundles, attempt.bundle, kBundledModel));
    files.page = TRY(read_bundled(bundles, attempt.bundle, kBundledPage));
    files.report = TRY(read_bundled(bundles, attempt.bundle, kBundledReport));
  } else {
    const fs::path kept = store / "versions" / attempt.model_digest;
    files.model = TRY(read_file(kept.string() + ".sav", kKeptBytesMax));
    files.page = TRY(read_file(kept.string() + ".report.html", kKeptBytesMax));
    files.report = TRY(read_file(kept.string() + ".report.json", kKeptBytesMax));
  }
  if (sha256(files.model) == attempt.model_digest) return files;
  return broken_invariant(
      fmt::format("{}: is not the model that the registry names; was it changed?",
                  kept_model(store, attempt).string()));
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
  const ModelFiles files = TRY(read_kept_files(store, attempt));
  return read_model(files.model);
}

Result<void> clear_bundles(const std::string& disease, const Registry& registry,
                           const RegistryLock&) {
  const fs::path bundles = bundles_of(registry.folder);
  const auto live = TRY(registry.versions->live_version(disease));
  const auto attempts = TRY(registry.versions->attempts(disease));
  for (const std::string& digest : TRY(list_bundles(bundles, disease))) {
    const auto named =
        std::ranges::find(attempts, digest, [](const Attempt& one) { return one.what.bundle; });
    if (named == attempts.end()) TRY(remove_bundle(bundles, digest));
  }
  for (const Attempt& attempt : attempts) {
    if (!attempt.contains_withdrawn || (live && attempt.number == live->attempt)) continue;
    std::error_code error;
    fs::remove(kept_model(registry.folder, attempt.what), error);
    if (error) {
      return unavailable(fmt::format("the model of attempt {} of {} cannot be deleted: {}",
                                     attempt.number, disease, error.message()));
    }
  }
  return {};
}

}  // namespace relearn
