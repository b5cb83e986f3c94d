// Port to what was learnt from what and what came of it: snapshots of records, attempts, model
// versions, and the append-only, signed ledger.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "records/attempt.h"
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

/// What is, or was, live.
struct Version {
  std::int64_t number = 0;   // 1, 2, 3 ... within its disease
  std::int64_t attempt = 0;  // that it was
  NewAttempt what;
  Moment published_at;
  bool forced = false;              // against the verdict; said wherever the model is shown
  bool contains_withdrawn = false;  // learnt from somebody who has withdrawn since
};

/// Of one disease: from when on which version answered.
struct LiveChange {
  Moment at;
  std::int64_t from = 0, to = 0;  // versions; from 0: none before
};

/// People of this platform who are locked away: candidates are judged by them, nobody learns from
/// them. The first generation is of the baseline and is not written down.
struct LockedGeneration {
  unsigned generation = 2;
  Moment drawn_at;
  std::int64_t anchor = 0;            // the version that was live then
  std::vector<PredictionId> members;  // all predictions of the drawn people
};

/// What became of an attempt that was written down, or of somebody's word on it.
struct AttemptOutcome {
  Attempt attempt;
  std::optional<Version> version;  // that it became just now
  int approvals_missing = 0;       // of a waiting one
};

/// What went when somebody withdrew. Holds nobody's name.
struct Withdrawal {
  std::uint64_t predictions = 0, outcomes = 0;
  std::vector<std::string> revoked_snapshots;  // digests; the files are to be deleted
  std::vector<std::pair<std::string, std::int64_t>> marked_versions;  // disease, number
  // Of attempts that learnt from them: the files of their models are to be deleted. Not of a
  // version that is live, whose exact retrain was queued: its model goes when it is not live any
  // more.
  std::vector<std::string> bundles;
  std::vector<std::string> retrain;  // diseases whose exact retrain was queued
};

/// "" where a part does not apply.
struct LedgerEntry {
  std::int64_t sequence = 0;
  Moment at;
  std::string action;    // "version.published", "attempt.rejected", "person.withdrawn" ...
  std::string subject;   // "heart/3": a version; "heart/attempt/7"
  std::string from, to;  // versions that were live before and after, "2", "3"
  std::string actor;     // actor_text()
  std::string reason;
  std::string evidence;       // digest of the bundle, of the snapshot
  std::string content;        // digest of all that the store keeps of the attempt
  std::string previous_hash;  // of the entry before
  std::string hash;           // SHA-256 over the entry and the previous hash
  std::string signature;      // Ed25519 over the hash, base64
};

class VersionStore {
 public:
  virtual ~VersionStore() = default;
  /// Does nothing when the digest is there already.
  virtual Result<void> add_snapshot(const NewSnapshot& snapshot, Moment now) = 0;
  virtual Result<std::vector<Snapshot>> snapshots(std::string_view disease) = 0;

  // Each of these is one transaction with its ledger entry, and durable when it returns.
  // Conflict where something goes live: the live version is not the attempt's champion any more (a
  // waiting attempt is Overtaken then). NotReady: its snapshot was revoked, somebody in it
  // withdrew.

  /// Writes the attempt down: published when its verdict says so (a run that a withdrawal queued is
  /// done then), else kept or waiting; its own run ends with it. Conflict, too, when that run is
  /// not the caller's any more; Cancelled when it is to be cancelled.
  virtual Result<AttemptOutcome> add_attempt(const NewAttempt& attempt, Moment now) = 0;
  /// One more word for it; published with the last one that is needed. Errors of check_approval().
  virtual Result<AttemptOutcome> approve(std::string_view disease, std::int64_t attempt,
                                         const Actor& by, std::string_view reason, Moment now) = 0;
  virtual Result<Attempt> reject(std::string_view disease, std::int64_t attempt, const Actor& by,
                                 std::string_view reason, Moment now) = 0;
  /// Live against its verdict. Errors of check_force().
  virtual Result<Version> force(std::string_view disease, std::int64_t attempt, const Actor& by,
                                std::string_view reason, Moment now) = 0;
  /// The pointer goes back; nothing is learnt. NotFound: no such version; Conflict: `expected` is
  /// not live any more, or `to` is live; NotAllowed: an account that is no admin's; NotReady:
  /// somebody whom `to` learnt from has withdrawn.
  virtual Result<Version> roll_back(std::string_view disease, std::int64_t to,
                                    std::int64_t expected, const Actor& by, std::string_view reason,
                                    Moment now) = 0;

  virtual Result<std::vector<Attempt>> attempts(std::string_view disease) = 0;  // oldest first
  virtual Result<std::vector<Approval>> approvals(std::string_view disease,
                                                  std::int64_t attempt) = 0;
  virtual Result<std::vector<Version>> versions(std::string_view disease) = 0;  // oldest first
  virtual Result<std::optional<Version>> live_version(std::string_view disease) = 0;
  virtual Result<std::vector<LiveChange>> live_changes(
      std::string_view disease) = 0;  // oldest first
  /// Who is in it, in order of their ids: not new to a model that learnt from it.
  virtual Result<std::vector<PredictionId>> snapshot_members(std::string_view digest) = 0;

  /// One transaction with its ledger entry. Conflict: this generation was drawn already, or one
  /// after it; or a prediction is not there any more.
  virtual Result<void> lock_away(std::string_view disease, const LockedGeneration& locked) = 0;
  virtual Result<std::vector<LockedGeneration>> locked_generations(
      std::string_view disease) = 0;  // oldest first, without whoever has withdrawn

  /// Erases: rows of predictions and outcomes and the account; keeps a keyed index, so that the
  /// person does not come back with an old file. One transaction. NotFound when nobody is called
  /// so.
  virtual Result<Withdrawal> withdraw(const Subject& subject, std::string_view reason,
                                      Moment now) = 0;
  /// Oldest first.
  virtual Result<std::vector<LedgerEntry>> ledger() = 0;
  /// Every hash, signature and number; every attempt and version has its entry, and says what that
  /// says. BrokenInvariant naming the first that does not.
  virtual Result<void> verify_ledger() = 0;
  /// Base64 of the public key by which anybody can check the signatures.
  virtual Result<std::string> ledger_key() = 0;
};

}  // namespace relearn
