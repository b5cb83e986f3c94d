// Reads the database file of the Python platform, and never writes there.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "lifecycle/intake/healthpredict.h"

namespace relearn {

/// NotFound; InvalidInput for a file that is no SQLite database or lacks a table or column that the
/// platform has.
Result<std::unique_ptr<PlatformDatabase>> open_healthpredict(const std::filesystem::path& file);

}  // namespace relearn
