// What a backup or a restore did with a store, as numbers.
#pragma once

#include <cstdint>
#include <filesystem>

namespace relearn {

struct StoreCopy {
  std::uint64_t files = 0, bytes = 0;  // without the manifest
  std::uint64_t users = 0, predictions = 0, outcomes = 0;
  std::filesystem::path moved_aside;  // where the old store went; empty: there was none
};

/// What a restore does with a store that is there.
enum class IfStoreExists { Refuse, MoveAside };

}  // namespace relearn
