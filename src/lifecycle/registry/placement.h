// The live version's files where everybody looks for them: `relearn predict`, the Node binding.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "clinical/disease_file.h"
#include "lifecycle/registry/kept_files.h"

namespace relearn {

/// Where models are placed, and who checks them first.
struct Placement {
  const DiseaseFile& disease;
  std::filesystem::path models;   // folder
  std::filesystem::path program;  // replays them in a fresh process
};

struct PlacedFiles {
  std::filesystem::path model_file, report_html, report_json;
};

/// The reports first, the model last: a model that is there has its reports.
Result<PlacedFiles> place_files(const DiseaseFile& disease, const std::filesystem::path& models,
                                const ModelFiles& files);

/// Which version a model file in its usual place is: a note stands beside it.
struct PlacedVersion {
  std::int64_t number = 0;
  bool forced = false;  // live against its verdict
};

/// Nothing where no note is there, or it is about another model than this one.
std::optional<PlacedVersion> placed_version(const std::filesystem::path& model_file,
                                            const std::string& model_digest);

/// Puts the live version's kept files in place when other ones are there: another version has gone
/// live, there was a crash between entering and placing, or a restore. Nothing when there is no
/// live version or all is well.
Result<void> place_live_version(const Placement& placement, const Registry& registry,
                                const RegistryLock& held);

/// Makes the files follow the registry: the live version is placed, what must not stay is deleted.
/// What fails here has changed nothing of what is live; whoever settles next makes it good.
Result<void> settle(const Placement& placement, const Registry& registry, const RegistryLock& held);

}  // namespace relearn
