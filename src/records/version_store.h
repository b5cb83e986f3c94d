// Port to what was learnt from what: snapshots of records, model versions, and the append-only
// ledger.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "records/person.h"
#include "records/prediction.h"

namespace relearn {

/// A de-identified cohort file, named by its content, and which predictions went into it.
struct NewSnapshot {
  std::string digest;  // SHA-256 of the file
  std::string disease;
  int privacy_version = 0;  // of the disease file's [privacy]
  std::uint64_t rows = 0, persons = 0;
  Moment cut_off;                     // only what was known then
  std::vector<PredictionId> members;  // the lineage: which predictions are in it
};

struct Snapshot {
  std::string digest, disease;
  std::uint64_t rows = 0, persons = 0;
  Moment cut_off;
  bool revoked = false;  // held somebody who has withdrawn; its bytes are gone
};

struct NewVersion {
  std::string disease;
  std::string model_digest;     // SHA-256 of the .sav file
  std::string snapshot;         // digest; empty: learnt from the baseline only
  std::string baseline_digest;  // SHA-256 over the baseline files
  std::string reason;           // why it was trained
};

struct Version {
  std::int64_t number = 0;  // 1, 2, 3 ... within its disease
  NewVersion what;
  Moment published_at;
  bool contains_withdrawn = false;  // learnt from somebody who has withdrawn since
};

/// What went when somebody withdrew. Holds nobody's name.
struct Withdrawal {
  std::uint64_t predictions = 0, outcomes = 0;
  std::vector<std::string> revoked_snapshots;  // digests; the files are to be deleted
  std::vector<std::pair<std::string, std::int64_t>> marked_versions;  // disease, number
  std::vector<std::string> retrain;  // diseases whose exact retrain was queued
};

struct Job {
  std::int64_t id = 0;
  std::string disease, reason, state;  // "queued", "running", "done", "failed"
  Moment queued_at;
};

struct LedgerEntry {
  std::int64_t sequence = 0;
  Moment at;
  std::string action;   // "version.published", "person.withdrawn" ...
  std::string subject;  // "heart/3"
  std::string reason;
  std::string previous_hash, hash;  // SHA-256 over the entry and the previous hash
};

class VersionStore {
 public:
  virtual ~VersionStore() = default;
  /// Does nothing when the digest is there already.
  virtual Result<void> add_snapshot(const NewSnapshot& snapshot, Moment now) = 0;
  virtual Result<std::vector<Snapshot>> snapshots(std::string_view disease) = 0;
  /// One transaction: the version, its ledger entry, the disease's queued jobs done. Conflict when
  /// the live version is not `expected` (0: none) any more, NotReady when the snapshot was revoked.
  virtual Result<Version> publish(const NewVersion& version, std::int64_t expected, Moment now) = 0;
  virtual Result<std::vector<Version>> versions(std::string_view disease) = 0;  // oldest first
  virtual Result<std::optional<Version>> live_version(std::string_view disease) = 0;

  /// Erases: rows of predictions and outcomes and the account; keeps a keyed index, so that the
  /// person does not come back with an old file. One transaction. NotFound when nobody is called
  /// so.
  virtual Result<Withdrawal> withdraw(const Subject& subject, std::string_view reason,
                                      Moment now) = 0;
  virtual Result<std::vector<Job>> jobs() = 0;
  /// Oldest first.
  virtual Result<std::vector<LedgerEntry>> ledger() = 0;
};

}  // namespace relearn
