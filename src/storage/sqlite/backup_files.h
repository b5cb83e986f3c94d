// Files of a backup: copied, hashed and on the disk when a call returns.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace relearn {

struct BackedUpFile {
  std::uint64_t bytes = 0;
  std::string sha256;
};

/// Folders of a store: cohort files and models of before there were bundles, each file named by a
/// digest; and bundles, each a folder of files under the digest of its manifest.json.
inline constexpr std::array<const char*, 2> kDigestFolders = {"snapshots", "versions"};
inline constexpr const char* kBundleFolder = "bundles";
inline constexpr std::array<std::string_view, 4> kDigestEndings = {".csv", ".sav", ".report.html",
                                                                   ".report.json"};

/// The database; a digest and one of the endings in one of the folders; a plain name in the folder
/// of a bundle: nothing that leads out of the store.
bool is_backup_name(std::string_view name);

/// "bundles/DIGEST" for a file of a bundle; "" for others.
std::string_view bundle_of(std::string_view name);

/// By name within the folder, in order.
using BackedUpFiles = std::map<std::string, BackedUpFile>;

struct Manifest {
  std::string made_at;
  int schema_version = 0;
  BackedUpFiles files;
  std::map<std::string, std::uint64_t> rows;  // of each table
};

std::string manifest_json(const Manifest& manifest);

/// InvalidInput for anything but a manifest of ours: names that lead elsewhere, too.
Result<Manifest> read_manifest(const std::filesystem::path& folder);

/// Reads to the end.
Result<BackedUpFile> hash_file(const std::filesystem::path& file);

/// Mode 0600.
Result<BackedUpFile> copy_durably(const std::filesystem::path& from,
                                  const std::filesystem::path& to);

Result<void> sync_path(const std::filesystem::path& path);

}  // namespace relearn
