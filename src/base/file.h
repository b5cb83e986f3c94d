// Reading and writing whole files, so that nobody ever sees half of one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace relearn {

/// The bytes of a regular file of at most `limit_bytes`. A directory, a missing or a larger file is
/// refused with one sentence.
Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit_bytes);

/// Temporary name beside it, fsync, rename, fsync of the folder: after a crash at any moment `path`
/// holds the old bytes or the new ones. Missing parent folders are made. A failed fsync is an error
/// and leaves the old file.
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

}  // namespace relearn
