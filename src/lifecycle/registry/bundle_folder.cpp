#include "lifecycle/registry/bundle_folder.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/digest.h"
#include "base/file.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::uint64_t kBundledBytesMax = std::uint64_t{256} << 20;
constexpr std::uint64_t kManifestBytesMax = 1 << 20;

using Listed = std::map<std::string, std::string>;  // name -> SHA-256

Error broken(const fs::path& path, std::string_view why) {
  return broken_invariant(fmt::format("{}: {}; was it changed?", path.string(), why));
}

/// A broken disk or a meddler: either way the bytes are not those that were kept.
Result<std::string> read_there(const fs::path& path, std::uint64_t limit) {
  auto bytes = read_file(path, limit);
  if (bytes.ok()) return bytes;
  return broken(path, "cannot be read as it was written");
}

Result<Listed> read_manifest(const fs::path& folder, const std::string& digest) {
  const fs::path path = folder / kManifest;
  const std::string text = TRY(read_there(path, kManifestBytesMax));
  if (sha256(text) != digest)
    return broken(path, "is not the manifest that its folder is named by");
  const Json manifest = Json::parse(text, nullptr, false);
  if (!manifest.is_object() || !manifest.contains("files")) return broken(path, "is no manifest");
  Listed listed;
  for (const auto& [name, file] : manifest.at("files").items()) {
    listed[name] = file.value("sha256", "");
  }
  return listed;
}

Result<std::string> read_listed(const fs::path& path, const std::string& digest) {
  std::string bytes = TRY(read_there(path, kBundledBytesMax));
  if (sha256(bytes) != digest) return broken(path, "does not hold what the manifest says");
  return bytes;
}

}  // namespace

Result<void> verify_bundle(const fs::path& bundles, const std::string& digest) {
  const fs::path folder = bundles / digest;
  const Listed listed = TRY(read_manifest(folder, digest));
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name != kManifest && !listed.contains(name)) {
      return broken(entry->path(), "is not in the manifest");
    }
  }
  for (const auto& [name, sha] : listed) {
    if (name == kBundledModel && !fs::exists(folder / name)) {
      return not_ready(
          fmt::format("{}: the model is not kept any more; it was erased when somebody it learnt "
                      "from withdrew",
                      (folder / name).string()));
    }
    const auto bytes = read_listed(folder / name, sha);
    if (!bytes.ok()) return Error(bytes.error());
  }
  return {};
}

Result<std::string> read_bundled(const fs::path& bundles, const std::string& digest,
                                 const std::string& name) {
  const fs::path folder = bundles / digest;
  const Listed listed = TRY(read_manifest(folder, digest));
  const auto file = listed.find(name);
  if (file == listed.end()) {
    return not_found(fmt::format("{}: holds no {}", folder.string(), name));
  }
  return read_listed(folder / name, file->second);
}

Result<std::vector<std::string>> bundled_files(const fs::path& bundles, const std::string& digest) {
  std::vector<std::string> names;
  for (const auto& [name, sha] : TRY(read_manifest(bundles / digest, digest))) {
    names.push_back(name);
  }
  return names;
}

std::string bundled_disease_file(std::string_view disease) {
  return fmt::format("{}.toml", disease);
}

Result<std::vector<std::string>> list_bundles(const fs::path& bundles, std::string_view disease) {
  std::vector<std::string> digests;
  std::error_code error;
  if (!fs::exists(bundles, error)) return digests;
  for (fs::directory_iterator entry(bundles, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (!fs::exists(entry->path() / bundled_disease_file(disease), ignored)) continue;
    digests.push_back(entry->path().filename().string());
  }
  if (!error) return digests;
  return unavailable(fmt::format("{}: cannot be read: {}", bundles.string(), error.message()));
}

Result<void> remove_bundle(const fs::path& bundles, const std::string& digest) {
  std::error_code error;
  fs::remove_all(bundles / digest, error);
  if (!error) return {};
  return unavailable(
      fmt::format("{}: cannot be deleted: {}", (bundles / digest).string(), error.message()));
}

}  // namespace relearn
