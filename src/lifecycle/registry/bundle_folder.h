// What is kept of an attempt, published or not: files in one folder of the store, named by the
// SHA-256 of its manifest, which lists the SHA-256 of every other file. Never changed: whoever
// alters a byte alters a digest, and the digest of the manifest stands in the ledger.
//
// One thing may go: the model of somebody who has withdrawn. The manifest still tells what it was.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace relearn {

inline constexpr const char* kBundledModel = "model.sav";
inline constexpr const char* kBundledGolden = "golden.json";
inline constexpr const char* kBundledEvidence = "evidence.json";
inline constexpr const char* kBundledVerdict = "verdict.json";
inline constexpr const char* kBundledPage = "report.html";
inline constexpr const char* kBundledReport = "report.json";
inline constexpr const char* kBundledFunnel = "funnel.json";
inline constexpr const char* kBundledPrivacy = "privacy.json";
inline constexpr const char* kBundledParity = "parity.json";
inline constexpr const char* kBundledReference = "reference.json";
inline constexpr const char* kBundledDerivation = "derivation.json";
inline constexpr const char* kManifest = "manifest.json";
/// The disease file as it was read: also tells whose bundle it is.
std::string bundled_disease_file(std::string_view disease);

/// Every file is as the manifest says, and the manifest as the name says. NotReady: its model was
/// erased. BrokenInvariant names the file that is missing, foreign or altered.
Result<void> verify_bundle(const std::filesystem::path& bundles, const std::string& digest);

/// The bytes of one file, checked against the manifest, and that against the name. NotFound: there
/// is no such file.
Result<std::string> read_bundled(const std::filesystem::path& bundles, const std::string& digest,
                                 const std::string& name);

/// The names of its files, as the manifest lists them; of the model also when it was erased.
Result<std::vector<std::string>> bundled_files(const std::filesystem::path& bundles,
                                               const std::string& digest);

/// The bundles of a disease that lie there, by their digests.
Result<std::vector<std::string>> list_bundles(const std::filesystem::path& bundles,
                                              std::string_view disease);

Result<void> remove_bundle(const std::filesystem::path& bundles, const std::string& digest);

}  // namespace relearn
