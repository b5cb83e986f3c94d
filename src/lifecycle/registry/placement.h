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

/// A version's files where everybody looks for them.
Result<void> place_version(const Placement& placement, const std::filesystem::path& store,
                           const Version& version);

/// Puts the live version's kept files in place when other ones are there (after a crash between
/// entering and placing, or a restore). Nothing when there is no live version or all is well.
Result<void> place_live_version(const Placement& placement, const Registry& registry);

}  // namespace relearn
