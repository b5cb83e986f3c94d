#include "lifecycle/registry/placement.h"

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/file.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::uint64_t kPlacedBytesMax = std::uint64_t{64} << 20;
constexpr std::string_view kNoteEnding = ".version.json";
constexpr std::uint64_t kNoteBytesMax = 1 << 16;

fs::path beside(const fs::path& model_file, std::string_view ending) {
  return fs::path(model_file).replace_extension(ending);
}

/// A version's files where everybody looks for them.
Result<void> place_version(const Placement& placement, const fs::path& store,
                           const Version& version) {
  const ModelFiles files = TRY(read_kept_files(store, version.what));
  const PlacedFiles placed = TRY(place_files(placement.disease, placement.models, files));
  const Json note = {{"disease", version.what.disease},
                     {"version", version.number},
                     {"attempt", version.attempt},
                     {"forced", version.forced},
                     {"model_sha256", version.what.model_digest}};
  return write_file_atomically(beside(placed.model_file, kNoteEnding), note.dump(2) + "\n");
}

}  // namespace

Result<PlacedFiles> place_files(const DiseaseFile& disease, const fs::path& models,
                                const ModelFiles& files) {
  PlacedFiles placed;
  placed.model_file = models / disease.model_file_name;
  placed.report_html = beside(placed.model_file, ".report.html");
  placed.report_json = beside(placed.model_file, ".report.json");
  TRY(write_file_atomically(placed.report_json, files.report));
  TRY(write_file_atomically(placed.report_html, files.page));
  TRY(write_file_atomically(placed.model_file, files.model));
  return placed;
}

std::optional<PlacedVersion> placed_version(const fs::path& model_file,
                                            const std::string& model_digest) {
  const auto text = read_file(beside(model_file, kNoteEnding), kNoteBytesMax);
  if (!text.ok()) return std::nullopt;
  const Json note = Json::parse(text.value(), nullptr, false);
  if (!note.is_object() || note.value("model_sha256", Json()) != Json(model_digest)) {
    return std::nullopt;
  }
  const Json number = note.value("version", Json()), forced = note.value("forced", Json());
  if (!number.is_number_integer() || !forced.is_boolean()) return std::nullopt;
  return PlacedVersion{number.get<std::int64_t>(), forced.get<bool>()};
}

Result<void> place_live_version(const Placement& placement, const Registry& registry,
                                const RegistryLock&) {
  const auto live = TRY(registry.versions->live_version(placement.disease.id));
  if (!live) return {};
  const fs::path in_place = placement.models / placement.disease.model_file_name;
  const auto there = read_file(in_place, kPlacedBytesMax);
  const std::string& digest = live->what.model_digest;
  const auto note = placed_version(in_place, digest);
  const bool named = note && note->number == live->number && note->forced == live->forced;
  if (named && there.ok() && sha256(there.value()) == digest) return {};
  return place_version(placement, registry.folder, *live);
}

Result<void> settle(const Placement& placement, const Registry& registry,
                    const RegistryLock& held) {
  TRY(place_live_version(placement, registry, held));
  return clear_bundles(placement.disease.id, registry, held);
}

}  // namespace relearn
