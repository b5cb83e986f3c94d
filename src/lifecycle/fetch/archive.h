// One member of a zip (or tar) archive.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace relearn {

/// The bytes of `member`, at most `limit_bytes` of them (an archive may be a bomb).
Result<std::string> read_archive_member(const std::filesystem::path& archive,
                                        const std::string& member, std::uint64_t limit_bytes);

}  // namespace relearn
