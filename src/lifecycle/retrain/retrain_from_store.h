// The whole line from the database to a live version, around the trainer:
//
//   read, check, de-identify   cohort_from_store.h; the store is open for that long only
//   train                      retrain.h: another process makes a candidate, its parent checks it
//   keep                       the bundle under its digest in the store's folder: never changed
//   again publish                    one transaction: version, pointer, ledger, job. The one commit
//   point place                      model and reports where everybody looks for them
//
// A crash before `publish` leaves the old version live; after it, the new one, and whoever retrains
// next puts its files in place first. Between reading and publishing the store is closed, so that
// others can write; if somebody published meanwhile, or a person in the snapshot withdrew,
// publishing is refused.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/progress.h"
#include "base/result.h"
#include "lifecycle/retrain/cohort_from_store.h"
#include "lifecycle/retrain/retrain.h"
#include "records/record_store.h"
#include "records/version_store.h"

namespace relearn {

/// An open store; closed when the last copy goes.
struct RetrainStores {
  std::shared_ptr<RecordStore> records;
  std::shared_ptr<VersionStore> versions;
  KeyedText keyed;
  std::filesystem::path folder;  // snapshots/ and versions/ are in it
};

using OpenRetrainStores = std::function<Result<RetrainStores>()>;

struct StoreRetrainRecord {
  PreparedCohort prepared;
  RetrainRecord published;
  Version version;
  bool new_version = true;  // false: byte for byte the live one; no version is burned
};

/// request.cohort_file, funnel_json and privacy_json are filled in here. reason: why it is
/// retrained.
Result<StoreRetrainRecord> retrain_from_store(RetrainRequest request, const std::string& reason,
                                              const OpenRetrainStores& open,
                                              const ChildProgram& trainer, const WallClock& clock,
                                              const CancelToken& cancel, ProgressSink& progress);

/// Puts the live version's kept files in place when other ones are there (after a crash between
/// publishing and placing, or a restore). Nothing when there is no live version or all is well.
Result<void> place_live_version(const RetrainRequest& request, const RetrainStores& stores);

}  // namespace relearn
