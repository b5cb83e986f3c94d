#include "lifecycle/retrain/new_bundle.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/descriptor.h"
#include "base/digest.h"
#include "base/file.h"
#include "lifecycle/registry/bundle_folder.h"
#include "lifecycle/training/job.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Result<void> sync_folder(const fs::path& folder) {
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() >= 0 && ::fsync(descriptor.get()) == 0) return {};
  return unavailable(fmt::format("{}: cannot be written to the disk: {}", folder.string(),
                                 std::system_category().message(errno)));
}

}  // namespace

NewBundle::NewBundle(fs::path bundles, JobFolder job)
    : bundles_(std::move(bundles)), job_(std::move(job)) {}

Result<NewBundle> NewBundle::begin(const fs::path& bundles) {
  JobFolder job = TRY(JobFolder::make(bundles));
  return NewBundle(bundles, std::move(job));
}

fs::path NewBundle::folder() const { return job_.path() / kCandidateFolder; }

Result<void> NewBundle::add(const std::string& name, std::string_view bytes) {
  TRY(write_file_atomically(folder() / name, bytes));
  files_[name] = {sha256(bytes), bytes.size()};
  return {};
}

Result<std::string> NewBundle::finish() {
  Json files = Json::object();
  for (const auto& [name, file] : files_) {
    files[name] = {{"sha256", file.first}, {"bytes", file.second}};
  }
  const std::string manifest = Json{{"files", files}}.dump(2) + "\n";
  TRY(write_file_atomically(folder() / kManifest, manifest));
  std::string digest = sha256(manifest);
  const fs::path named = bundles_ / digest;
  std::error_code error;
  fs::rename(folder(), named, error);
  if (error && !fs::exists(named / kManifest)) {
    return unavailable(
        fmt::format("{}: cannot be put in place: {}", named.string(), error.message()));
  }
  TRY(sync_folder(bundles_));
  return digest;
}

}  // namespace relearn
