// What a command line asks for, as plain data. Only arguments.cpp knows the parsing library.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "records/backup.h"

namespace relearn {

enum class OutputFormat { Plain, Json };

enum class PasswordFrom { Prompt, StandardInput };

/// Who says so: an account whose password is asked for; nobody: whoever has the command line.
struct SignIn {
  std::string email;
  PasswordFrom password = PasswordFrom::Prompt;
};

struct RetrainCommand {
  std::string disease;  // an id, or "all"
  std::filesystem::path data;
  std::string adapter;
  std::vector<std::string> families;
  std::string grid = "clinical";
  std::uint64_t seed = 1;
  unsigned repeats = 1;
  unsigned folds = 5;
  unsigned threads = 0;
  std::filesystem::path out = "models";
  std::filesystem::path quarantine;
  std::string reason = "asked for on the command line";  // in the ledger
  std::filesystem::path organisation = "organisation.toml";
  SignIn by;
};

/// What `retrain` starts as its child; not for people.
struct TrainJobCommand {
  std::filesystem::path folder;
};

/// What replays a model before it goes live; not for people either.
struct ReplayJobCommand {
  std::filesystem::path folder;
  std::string model_digest;
};

struct PredictCommand {
  std::string disease;
  std::filesystem::path model;                              // empty: models/<its file name>
  std::filesystem::path file;                               // CSV or JSON; "-" = standard input
  std::vector<std::pair<std::string, std::string>> values;  // --set id=value
  std::string language = "en";
};

struct ModelsShowCommand {
  std::string model;         // a .sav file, or a disease
  std::int64_t version = 0;  // of the disease; 0: the live one
};

struct ModelsListCommand {
  std::string disease;  // empty: all
};

struct ModelsLiveCommand {
  std::string disease;  // empty: all
  std::string at;       // empty: now
};

struct ModelsVerifyCommand {
  std::string disease;
  std::int64_t version = 0;    // 0: the live one
  std::filesystem::path data;  // the baseline, as for retrain
  unsigned threads = 0;
};

struct ModelsDiffCommand {
  std::string disease;
  std::int64_t from = 0, to = 0;  // versions
};

struct ModelsRollbackCommand {
  std::string disease;
  std::int64_t version = 0;
  std::string reason;
  SignIn by;
  std::filesystem::path models = "models";
};

/// "approve", "reject" or "force".
struct AttemptDecisionCommand {
  std::string word, disease;
  std::int64_t attempt = 0;
  std::string reason;
  SignIn by;
  std::filesystem::path models = "models";
};

struct DataCheckCommand {
  std::filesystem::path file;
  std::string disease;  // empty: found by its columns
  std::string adapter;
  std::filesystem::path quarantine;
};

struct CohortCheckCommand {
  std::filesystem::path file;
  std::string disease;  // empty: found by its columns
  std::string adapter;
  std::uint64_t k = 5;
};

struct DataFetchCommand {
  std::vector<std::string> diseases;  // empty: all
  std::filesystem::path out = "data";
  std::string mirror;
};

struct DataSynthesizeCommand {
  std::string disease;
  std::uint64_t rows = 0;  // 0: as many as the real set has
  std::uint64_t seed = 1;
  std::filesystem::path out = "-";
};

struct DiseasesCommand {
  std::string disease;  // empty: the list
};

struct QuarantineListCommand {
  std::string disease;  // empty: all
};

struct QuarantineDecideCommand {
  std::string decision;  // "release" or "uphold"
  std::int64_t id = 0;
  std::string by, reason;
};

struct LedgerListCommand {};

struct LedgerVerifyCommand {
  std::filesystem::path file;  // an exported one; empty: the store's
  std::string public_key;      // of an exported one
};

struct WithdrawCommand {
  std::string user;       // e-mail of an account, or
  std::string reference;  // a clinic's own name for the person
  std::string reason = "the person asked";
  std::filesystem::path data;  // the baseline, as for retrain
};

struct UserAddCommand {
  std::string email, name;
  std::string role = "patient";
  PasswordFrom password = PasswordFrom::Prompt;
};

struct BackupCommand {
  std::filesystem::path folder;
};

struct RestoreCommand {
  std::filesystem::path folder;
  IfStoreExists if_exists = IfStoreExists::Refuse;
};

/// What both imports of lines are asked for.
struct RecordsImportCommand {
  std::filesystem::path file;
  std::string disease;      // empty: as the file tells
  std::string contributor;  // who tells the outcomes
  std::filesystem::path quarantine;
};

struct PredictionsImportCommand {
  RecordsImportCommand records;
  std::filesystem::path models = "models";  // of the live models that score what has no risk
};

struct OutcomesImportCommand {
  RecordsImportCommand records;
};

struct OutcomesListCommand {
  std::string disease;  // empty: all
};

struct HealthPredictImportCommand {
  std::filesystem::path file;
  bool keep_admins = false;
};

struct ServeCommand {
  std::string listen = "127.0.0.1:8080";
  std::vector<std::string> trusted_proxies;
  std::filesystem::path tls_certificate, tls_key;              // both or none
  unsigned connections = 2000;                                 // at most, at once
  unsigned guest_predictions = 60, account_predictions = 600;  // an hour
  // Of the retrains that are asked for over HTTP, as for retrain.
  std::filesystem::path data;
  std::filesystem::path models = "models";
  std::filesystem::path organisation = "organisation.toml";
  std::uint64_t seed = 1;
  unsigned threads = 0;
};

struct CompletionCommand {
  std::string shell;
};

struct Invocation {
  OutputFormat format = OutputFormat::Plain;
  std::filesystem::path diseases;         // folder; empty: found beside the program
  std::filesystem::path store = "store";  // folder of the database
  std::filesystem::path key;              // of what is encrypted there; empty: the user's own
  std::variant<std::monostate, RetrainCommand, TrainJobCommand, ReplayJobCommand, PredictCommand,
               ModelsShowCommand, ModelsListCommand, ModelsLiveCommand, ModelsDiffCommand,
               ModelsVerifyCommand, ModelsRollbackCommand, AttemptDecisionCommand, DataCheckCommand,
               DataFetchCommand, DataSynthesizeCommand, DiseasesCommand, CohortCheckCommand,
               QuarantineListCommand, QuarantineDecideCommand, LedgerListCommand,
               LedgerVerifyCommand, WithdrawCommand, UserAddCommand, BackupCommand, RestoreCommand,
               PredictionsImportCommand, OutcomesImportCommand, OutcomesListCommand,
               HealthPredictImportCommand, ServeCommand, CompletionCommand>
      command;
};

/// Either an invocation, or a text to print (help, version, or what is wrong) and the exit code.
struct ParsedArguments {
  Invocation invocation;
  std::string text;
  int exit_code = -1;  // -1: run the invocation
};

ParsedArguments parse_arguments(int argc, const char* const* argv);

/// All commands with their options, for shell completion: "retrain" -> {"--data", ...}.
std::vector<std::pair<std::string, std::vector<std::string>>> command_words();

}  // namespace relearn
