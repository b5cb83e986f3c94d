// What changed from one version to another: what the files say of themselves, and how the same
// invented patients (golden_cases.h) are told.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "clinical/disease_file.h"
#include "records/version_store.h"

namespace relearn {

struct ChangedFact {
  std::string key, from, to;  // "" where it says nothing
};

struct VersionDiff {
  std::vector<ChangedFact> facts;  // those that are not the same
  bool same_inputs = true;         // else nothing below is measured
  std::size_t patients = 0;
  double mean_change = 0, largest_change = 0;  // of a risk, absolute
  std::size_t other_side = 0;                  // of the decision threshold: patients
};

/// Errors of kept files: registry.h.
Result<VersionDiff> diff_versions(const DiseaseFile& disease, const std::filesystem::path& store,
                                  const Version& from, const Version& to);

}  // namespace relearn
