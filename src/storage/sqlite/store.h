// The store in one folder: people, records and versions in one SQLite file.
//
//   store/relearn.db         the database; relearn.db-wal and -shm belong to it while it is open
//   store/writer.lock        held by the one process that writes
//   store/snapshots/         cohort files by digest, written by whoever makes them
//   store/bundles/           what each attempt left, by the digest of its manifest, the same
//   store/versions/          models of before there were bundles, by their digest
//
// Thread-safe: writes go to one thread and are committed in groups, reads run beside them on
// connections that cannot write, each seeing one moment.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "records/account_store.h"
#include "records/job_store.h"
#include "records/ledger_pages.h"
#include "records/overview_store.h"
#include "records/policy_store.h"
#include "records/prediction_intake.h"
#include "records/record_store.h"
#include "records/rehearsal_store.h"
#include "records/session_store.h"
#include "records/version_store.h"
#include "records/watch_store.h"
#include "service/secrets/key_ring.h"
#include "service/secrets/random_bytes.h"

namespace relearn {

enum class IfMissing { Refuse, Create };

/// Ends the process with exit code 70: the disk failed while committing.
void end_process(const std::string& sentence);

struct StoreOptions {
  std::filesystem::path folder;
  IfMissing if_missing = IfMissing::Refuse;
  std::chrono::milliseconds lock_wait_max{5000};
  RandomBytes random = system_random();
  Moment now;  // when the ledger begins to be signed, should this be the first time
  std::function<void(const std::string& sentence)> on_fatal = end_process;
};

std::filesystem::path database_file(const std::filesystem::path& store);
std::filesystem::path snapshot_folder(const std::filesystem::path& store);
std::filesystem::path bundle_folder(const std::filesystem::path& store);

class SqliteStore final : public PeopleStore,
                          public SessionStore,
                          public RecordStore,
                          public OverviewStore,
                          public AccountStore,
                          public RehearsalStore,
                          public PredictionIntake,
                          public VersionStore,
                          public JobStore,
                          public PolicyStore,
                          public WatchStore,
                          public LedgerPages {
 public:
  /// NotFound when there is no database and it is not to be made; Conflict when another process
  /// writes there; NotAllowed when it was made with other keys.
  static Result<std::shared_ptr<SqliteStore>> open(const StoreOptions& options, KeyRing keys);
  ~SqliteStore() override;  // waits for what is being written

  /// A secret function of a text, by the store's key: the same text, the same answer.
  std::string keyed(std::string_view domain, std::string_view text) const;

  Result<UserId> add_user(const NewUser& user, Moment now) override;
  Result<std::optional<User>> find_user(std::string_view email) override;
  Result<void> set_password(UserId user, std::string_view hash, PasswordState state) override;
  Result<std::uint64_t> count_users() override;

  Result<std::vector<Account>> accounts(std::optional<UserId> before,
                                        std::size_t count_max) override;
  Result<std::optional<Account>> find_account(std::string_view email) override;
  Result<Account> add_account(const NewUser& user, const Actor& by, Moment now) override;
  Result<Account> set_role(UserId user, Role role, const Actor& by, Moment now) override;
  Result<Account> set_state(UserId user, AccountState state, const Actor& by, Moment now) override;

  Result<void> add_session(std::string_view id, UserId user, Moment now, Moment expires) override;
  Result<std::optional<User>> session_user(std::string_view id, Moment now) override;
  Result<void> end_session(std::string_view id) override;
  Result<void> end_sessions(UserId user) override;

  Result<PeopleKind> people_kind() override;
  Result<void> admit(PeopleKind people, Moment now) override;
  Result<std::vector<Receipt>> add_predictions(std::span<const NewPrediction> predictions,
                                               const BatchSource& batch) override;
  void take(NewPrediction prediction, BatchSource batch, Stored stored) override;
  Result<std::vector<Receipt>> add_outcomes(std::span<const NewOutcomeEvent> events,
                                            const BatchSource& batch) override;
  Result<std::vector<Receipt>> rehearse_outcomes(std::span<const NewOutcomeEvent> events,
                                                 const BatchSource& batch) override;
  Result<std::optional<Prediction>> find_prediction(const PredictionId& id) override;
  Result<std::optional<Prediction>> find_imported(std::string_view import_key) override;
  Result<std::vector<Prediction>> predictions_of(UserId user, std::size_t count_max) override;
  Result<RecordCounts> count_records(std::string_view disease) override;
  Result<void> visit_confirmed(
      std::string_view disease,
      const std::function<Result<void>(const ConfirmedRecord&)>& visit) override;
  Result<void> visit_verification(
      std::string_view disease,
      const std::function<Result<void>(const Prediction&, bool confirmed)>& visit) override;
  Result<std::int64_t> open_quarantine(const NewQuarantine& quarantine, Moment now) override;
  Result<std::vector<Quarantine>> quarantines(std::string_view disease) override;
  Result<void> close_quarantine(std::int64_t id, QuarantineState decision,
                                std::string_view decided_by, std::string_view reason,
                                Moment now) override;

  Result<UserSummary> summary_of(UserId user) override;
  Result<std::vector<Prediction>> history_of(UserId user, const PredictionId& before,
                                             std::size_t count_max) override;
  Result<AwaitingLists> awaiting(std::string_view disease, std::size_t count_max) override;
  Result<std::optional<PredictionDetails>> details_of(const PredictionId& id) override;
  Result<std::map<Role, std::uint64_t>> count_roles() override;
  Result<DiseaseCounts> count_disease(const DiseaseFile& disease, Moment now) override;

  Result<void> add_snapshot(const NewSnapshot& snapshot, Moment now) override;
  Result<std::vector<Snapshot>> snapshots(std::string_view disease) override;
  Result<AttemptOutcome> add_attempt(const NewAttempt& attempt, Moment now) override;
  Result<AttemptOutcome> approve(std::string_view disease, std::int64_t attempt, const Actor& by,
                                 std::string_view reason, Moment now) override;
  Result<Attempt> reject(std::string_view disease, std::int64_t attempt, const Actor& by,
                         std::string_view reason, Moment now) override;
  Result<Version> force(std::string_view disease, std::int64_t attempt, const Actor& by,
                        std::string_view reason, Moment now) override;
  Result<Version> roll_back(std::string_view disease, std::int64_t to, std::int64_t expected,
                            const Actor& by, std::string_view reason, Moment now) override;
  Result<std::vector<Attempt>> attempts(std::string_view disease) override;
  Result<std::vector<Approval>> approvals(std::string_view disease, std::int64_t attempt) override;
  Result<std::vector<Version>> versions(std::string_view disease) override;
  Result<std::optional<Version>> live_version(std::string_view disease) override;
  Result<std::vector<LiveChange>> live_changes(std::string_view disease) override;
  Result<std::vector<PredictionId>> snapshot_members(std::string_view digest) override;
  Result<void> lock_away(std::string_view disease, const LockedGeneration& locked) override;
  Result<std::vector<LockedGeneration>> locked_generations(std::string_view disease) override;
  Result<Withdrawal> withdraw(const Subject& subject, std::string_view reason, Moment now) override;
  Result<std::vector<LedgerEntry>> ledger() override;
  Result<std::vector<LedgerEntry>> ledger_page(std::int64_t before, std::size_t count_max) override;
  Result<void> verify_ledger() override;
  Result<std::string> ledger_key() override;

  Result<JobReceipt> add_job(const NewJob& job, Moment now) override;
  Result<std::optional<Job>> find_job(std::int64_t id) override;
  Result<std::vector<Job>> jobs(std::size_t count_max) override;
  Result<void> wish(std::int64_t job, RunWish wish, Moment now) override;
  Result<std::optional<RunTicket>> take_run(Moment now) override;
  Result<RunWish> tell_progress(const RunTicket& run, const RunProgress& progress) override;
  Result<void> end_run(const RunTicket& run, RunState state, const std::string& error,
                       Moment now) override;
  Result<std::size_t> take_back_runs(Moment now) override;

  Result<RetrainPolicy> policy(std::string_view disease) override;
  Result<void> set_policy(std::string_view disease, const RetrainPolicy& policy, const Actor& by,
                          std::string_view reason, Moment now) override;
  Result<RetrainSituation> situation(std::string_view disease) override;

  Result<std::int64_t> visit_predictions(
      std::string_view disease, const PredictionPiece& piece, std::size_t rows_max,
      const std::function<Result<void>(const WatchedPrediction&)>& visit) override;
  Result<void> visit_outcomes(
      const DiseaseFile& disease, std::string_view model_digest, Moment since,
      std::size_t count_max,
      const std::function<Result<void>(const WatchedOutcome&)>& visit) override;
  Result<std::int64_t> last_event() override;
  Result<WatchProgress> watch_progress(std::string_view disease) override;
  Result<void> save_watch(std::string_view disease, const WatchProgress& progress,
                          const std::vector<JudgedWindow>& windows,
                          const std::vector<PredictionDay>& days) override;
  Result<std::vector<JudgedWindow>> judged_windows(std::string_view disease, std::int64_t version,
                                                   std::size_t count_max) override;
  Result<std::vector<PredictionDay>> prediction_days(std::string_view disease,
                                                     std::int64_t version) override;
  Result<std::optional<std::int64_t>> raise_alarm(const NewAlarm& alarm, Moment now) override;
  Result<void> close_alarms_before(std::string_view disease, std::int64_t version,
                                   Moment now) override;
  Result<std::vector<Alarm>> alarms(std::string_view disease, AlarmsWanted wanted,
                                    std::int64_t before, std::size_t count_max) override;
  Result<Alarm> own_alarm(std::int64_t id, const Actor& by, Moment now) override;
  Result<Alarm> close_alarm(std::int64_t id, const Actor& by, std::string_view reason,
                            Moment now) override;
  Result<Version> return_version(std::string_view disease, std::int64_t to, std::int64_t expected,
                                 std::string_view reason, Moment now) override;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;

 public:
  explicit SqliteStore(std::unique_ptr<Parts> parts);  // for open() only: nobody else has Parts
};

}  // namespace relearn
