// What a retrain reads before it begins, while the store is open for it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "lifecycle/registry/kept_files.h"
#include "records/record_store.h"
#include "records/version_store.h"

namespace relearn {

/// Of one disease, as the registry tells it.
struct RegistryState {
  std::optional<Version> live;
  std::vector<Version> versions;           // oldest first
  std::vector<Attempt> attempts;           // likewise
  std::vector<LiveChange> changes;         // likewise
  std::optional<LockedGeneration> locked;  // the latest; nothing: they are of the baseline
  std::uint64_t open_quarantines = 0;
  std::filesystem::path store;  // folder
};

Result<RegistryState> read_registry(const std::string& disease, const Registry& registry,
                                    RecordStore& records);

}  // namespace relearn
