// One function `run` per command. Each prints its result to `out` (text, or one JSON document),
// says what went wrong in one sentence on `err`, and returns the exit code.
#pragma once

#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/result.h"
#include "cli/invocation.h"
#include "cli/terminal_progress.h"
#include "clinical/disease_file.h"
#include "lifecycle/intake/healthpredict.h"
#include "records/account_store.h"
#include "records/backup.h"
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

namespace relearn {

/// An open store: its ports, and the folder of the snapshots' cohort files. Closed when the
/// last of them goes.
struct Stores {
  std::shared_ptr<PeopleStore> people;
  std::shared_ptr<RecordStore> records;
  std::shared_ptr<VersionStore> versions;
  std::filesystem::path snapshots;  // holds <digest>.csv; made when the first is written
  /// A secret function of a text, by the store's key.
  std::function<std::string(std::string_view domain, std::string_view text)> keyed;
  std::shared_ptr<SessionStore> sessions;
  std::shared_ptr<OverviewStore> overview;
  std::shared_ptr<JobStore> jobs;
  std::shared_ptr<PolicyStore> policies;
  std::shared_ptr<LedgerPages> ledger;
  std::shared_ptr<AccountStore> accounts;
  std::shared_ptr<RehearsalStore> rehearsals;
  std::shared_ptr<WatchStore> watch;
  std::shared_ptr<PredictionIntake> intake;
};

/// MustExist: NotFound when nothing is stored there yet. Create: made on first use.
enum class OpenStore { MustExist, Create };

/// The outside world of a command.
struct Environment {
  std::FILE* in;
  std::FILE* out;
  std::FILE* err;
  const CancelToken& cancel;
  const CancelToken& keep_best;  // of a trainer: its parent wants it to look no further
  SteadyClock clock;
  std::filesystem::path executable;  // to find the disease files beside it
  WallClock wall_clock;
  /// Opens what --store and --key name. Conflict when another process writes there.
  std::function<Result<Stores>(OpenStore)> open_stores;
  /// Whether nothing was ever stored there; a lost key is something else.
  std::function<bool()> store_is_missing;
  /// Copies that store into a new folder, also while another process writes.
  std::function<Result<StoreCopy>(const std::filesystem::path& folder)> back_up;
  /// Puts a backup in the place of that store.
  std::function<Result<StoreCopy>(const std::filesystem::path& folder, IfStoreExists)> restore;
  /// Opens the Python platform's database file, to read.
  std::function<Result<std::unique_ptr<PlatformDatabase>>(const std::filesystem::path&)>
      open_healthpredict;
};

/// What every command gets: how to print, where the disease files are.
struct Context {
  const Environment& environment;
  OutputFormat format;
  std::filesystem::path diseases;
};

int run_invocation(const Invocation& invocation, const Environment& environment);

Result<void> run(const RetrainCommand& command, const Context& context);
Result<void> run(const PredictCommand& command, const Context& context);
Result<void> run(const ModelsShowCommand& command, const Context& context);
Result<void> run(const ModelsListCommand& command, const Context& context);
Result<void> run(const ModelsLiveCommand& command, const Context& context);
Result<void> run(const ModelsDiffCommand& command, const Context& context);
Result<void> run(const ModelsVerifyCommand& command, const Context& context);
Result<void> run(const ModelsRollbackCommand& command, const Context& context);
Result<void> run(const AttemptDecisionCommand& command, const Context& context);
Result<void> run(const DataCheckCommand& command, const Context& context);
Result<void> run(const DataFetchCommand& command, const Context& context);
Result<void> run(const DataSynthesizeCommand& command, const Context& context);
Result<void> run(const CohortCheckCommand& command, const Context& context);
Result<void> run(const DiseasesCommand& command, const Context& context);
Result<void> run(const QuarantineListCommand& command, const Context& context);
Result<void> run(const QuarantineDecideCommand& command, const Context& context);
Result<void> run(const LedgerListCommand& command, const Context& context);
Result<void> run(const LedgerVerifyCommand& command, const Context& context);
Result<void> run(const WithdrawCommand& command, const Context& context);
Result<void> run(const UserAddCommand& command, const Context& context);
Result<void> run(const BackupCommand& command, const Context& context);
Result<void> run(const RestoreCommand& command, const Context& context);
Result<void> run(const PredictionsImportCommand& command, const Context& context);
Result<void> run(const OutcomesImportCommand& command, const Context& context);
Result<void> run(const OutcomesListCommand& command, const Context& context);
Result<void> run(const HealthPredictImportCommand& command, const Context& context);
Result<void> run(const ServeCommand& command, const Context& context);
Result<void> run(const CompletionCommand& command, const Context& context);

/// The baseline files in `data`; where nothing is said, in the folder of `data fetch`, or none.
Result<std::vector<std::filesystem::path>> baseline_for(const DiseaseFile& disease,
                                                        const std::filesystem::path& data);

/// The disease of this id, or NotFound naming those that exist.
Result<DiseaseFile> find_disease(const Context& context, const std::string& id);

}  // namespace relearn
