// Fetches a public data file from its origin and believes nothing but its SHA-256.
//
// What arrives is kept beside the target as NAME.part until it is complete, so that a broken or
// stopped download goes on where it ended. Only a file whose digest is the declared one gets its
// name; a wrong one is deleted and nothing else has changed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/cancel.h"
#include "base/progress.h"
#include "base/result.h"
#include "clinical/disease_file.h"

namespace relearn {

struct FetchOptions {
  std::string mirror;           // fetch MIRROR/FILE_NAME (unpacked) instead of the origin
  long stall_seconds_max = 20;  // no byte for so long: give up, keep what came
  std::uint64_t archive_bytes_max = 64 << 20;  // no archive of clinical records is larger
};

enum class FetchOutcome { AlreadyThere, Fetched };

/// Puts download.file_name into `folder`. Unavailable: the origin cannot be reached, stalled, or
/// ended early (run again to go on). InvalidInput: what came is not the declared file.
Result<FetchOutcome> fetch(const Download& download, const std::filesystem::path& folder,
                           const FetchOptions& options, const CancelToken& cancel,
                           ProgressSink& progress);

}  // namespace relearn
