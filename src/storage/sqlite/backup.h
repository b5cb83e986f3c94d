// A backup is a folder:
//
//   relearn.db              one moment of the database, compact, without a journal
//   snapshots/<digest>.csv  the cohort files
//   manifest.json           SHA-256 and bytes of each file, rows of each table; written last: a
//   folder
//                           without it is an unfinished backup
//
// The keys are not in it, and not needed to make or to restore it.
#pragma once

#include <filesystem>

#include "base/calendar.h"
#include "base/result.h"
#include "records/backup.h"

namespace relearn {

/// Also while another process writes: it only reads. Opens and checks the copy before the manifest
/// is written. Conflict when `folder` holds something, NotFound when there is no store.
Result<StoreCopy> back_up(const std::filesystem::path& store, const std::filesystem::path& folder,
                          Moment now);

/// Believes nothing: every file's SHA-256, the database's own check, the rows, the ledger. Builds
/// the store beside its place and moves it there at once; on an error nothing has changed.
Result<StoreCopy> restore(const std::filesystem::path& folder, const std::filesystem::path& store,
                          IfStoreExists if_exists);

}  // namespace relearn
