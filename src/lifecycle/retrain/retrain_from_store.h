// The whole line from the database to a live version, around the trainer. An attempt is
//
//   ask       against which model, at which look: question.h
//   read, check, de-identify   cohort_from_store.h; the store is open for that long only
//   train     retrain.h: another process makes a candidate and measures it, its parent checks both
//   decide    lifecycle/gate: a verdict in words, from numbers
//   keep      everything about it in a bundle, published or not: new_bundle.h
//   replay    a fresh process loads the very bytes and tells every golden case the same
//   enter     one transaction: attempt, ledger, and if the verdict says so version and pointer. The
//             one commit point
//   place     model and reports where everybody looks for them
//
// A disease without a live model learns from the baseline alone first: that version is the one
// which everybody confirmed here is new to.
//
// A crash before `enter` leaves the old version live; after it, the new one, and whoever retrains
// next puts its files in place first. Between reading and entering the store is closed, so that
// others can write; if somebody published meanwhile, or a person in the snapshot withdrew, the
// attempt is refused.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/progress.h"
#include "base/result.h"
#include "lifecycle/gate/verdict.h"
#include "lifecycle/registry/kept_files.h"
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
  std::filesystem::path folder;  // snapshots/ and bundles/ are in it

  Registry registry() const { return {versions, folder}; }
};

using OpenRetrainStores = std::function<Result<RetrainStores>()>;

struct StoreRetrainRequest {
  RetrainRequest training;  // cohort_file, funnel_json, privacy_json and judgement: filled in here
  std::string reason;       // why it is retrained
  Actor by;
  std::filesystem::path organisation;               // organisation.toml, for the model card
  std::optional<RunTicket> run;                     // of a job; ends with the last attempt
  RetrainTrigger trigger = RetrainTrigger::Button;  // Erasure: found out by itself
  const CancelToken* keep_best = nullptr;           // when requested, the search looks no further
};

struct AttemptRecord {
  PreparedCohort prepared;  // empty: learnt from the baseline alone
  RetrainRecord trained;    // model: in place when it was published, else in the bundle
  Verdict verdict;
  AttemptOutcome outcome;
  std::filesystem::path bundle;  // folder
};

/// One attempt; two when the disease had no version and people are confirmed.
struct StoreRetrainRecord {
  std::vector<AttemptRecord> attempts;
};

Result<StoreRetrainRecord> retrain_from_store(const StoreRetrainRequest& request,
                                              const OpenRetrainStores& open,
                                              const std::filesystem::path& program,
                                              const WallClock& clock, const CancelToken& cancel,
                                              ProgressSink& progress);

}  // namespace relearn
