#include <CLI/CLI.hpp>

#include "cli/declare.h"

namespace relearn {

void add_data(CLI::App& app, Invocation& invocation) {
  CLI::App* data = app.add_subcommand("data", "baseline data");
  data->require_subcommand(1);
  const auto check = declare<DataCheckCommand>(
      *data, invocation, "check", "what a file holds, row by row, and if it may train");
  check.app->footer("Example: relearn data check data/heart/processed.cleveland.data");
  check.app->add_option("file", check.command->file)->required();
  check.app->add_option("--disease", check.command->disease, "when the columns do not tell");
  check.app->add_option("--adapter", check.command->adapter,
                        "how to read the file (see 'diseases')");
  check.app->add_option("--quarantine", check.command->quarantine,
                        "write the rows that were refused to this file, unchanged");
  const auto fetch = declare<DataFetchCommand>(*data, invocation, "fetch",
                                               "download the public files, verified by SHA-256");
  fetch.app->footer("Example: relearn data fetch --out data");
  fetch.app->add_option("disease", fetch.command->diseases, "diseases (default: all)");
  fetch.app->add_option("--out", fetch.command->out, "folder")->capture_default_str();
  fetch.app->add_option("--mirror", fetch.command->mirror,
                        "address of a copy that holds the files by name");
  const auto synthesize = declare<DataSynthesizeCommand>(
      *data, invocation, "synthesize", "rows of a documented statistical model, no real person");
  synthesize.app->footer("Example: relearn data synthesize heart --rows 1000 --out heart.csv");
  synthesize.app->add_option("disease", synthesize.command->disease)->required();
  synthesize.app
      ->add_option("--rows", synthesize.command->rows, "default: as many as the real set has")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
  synthesize.app->add_option("--seed", synthesize.command->seed)->capture_default_str();
  synthesize.app->add_option("--out", synthesize.command->out, "file; - is standard output")
      ->capture_default_str();
}

void add_diseases(CLI::App& app, Invocation& invocation) {
  const auto diseases = declare<DiseasesCommand>(app, invocation, "diseases",
                                                 "the diseases, or one with its predictors");
  diseases.app->footer("Example: relearn diseases heart");
  diseases.app->add_option("disease", diseases.command->disease);
}

void add_user(CLI::App& app, Invocation& invocation) {
  CLI::App* user = app.add_subcommand("user", "accounts");
  user->require_subcommand(1);
  const auto add =
      declare<UserAddCommand>(*user, invocation, "add", "make an account; asks for its password");
  add.app->footer(
      "Example: relearn user add --email maria@example.org --name \"Maria Gonzalez\" --role "
      "clinician");
  add.app->add_option("--email", add.command->email)->required();
  add.app->add_option("--name", add.command->name, "full name");
  add.app->add_option("--role", add.command->role)
      ->check(CLI::IsMember({"patient", "clinician", "approver", "admin"}))
      ->capture_default_str();
  add_password_source(*add.app, add.command);
}

void add_backup(CLI::App& app, Invocation& invocation) {
  const auto backup = declare<BackupCommand>(app, invocation, "backup",
                                             "copy the store into a new folder, and check it");
  backup.app->footer("Example: relearn backup backups/monday");
  backup.app->add_option("folder", backup.command->folder)->required();
  const auto restore =
      declare<RestoreCommand>(app, invocation, "restore", "put a backup in the place of the store");
  restore.app->footer("Example: relearn restore backups/monday --force");
  restore.app->add_option("folder", restore.command->folder)->required();
  restore.app->add_flag_callback(
      "--force", [command = restore.command] { command->if_exists = IfStoreExists::MoveAside; },
      "a store that is there is moved aside, not deleted");
}

void add_ledger(CLI::App& app, Invocation& invocation) {
  CLI::App* ledger = app.add_subcommand("ledger", "what happened to models and people's data");
  ledger->require_subcommand(1);
  declare<LedgerListCommand>(*ledger, invocation, "list", "every entry, oldest first")
      .app->footer("Example: relearn ledger list --json > ledger.json");
  const auto verify = declare<LedgerVerifyCommand>(
      *ledger, invocation, "verify", "whether anybody has edited the ledger or what it tells of");
  verify.app->footer("Example: relearn ledger verify");
  verify.app->add_option("file", verify.command->file,
                         "an exported ledger, checked without its store");
  verify.app->add_option("--public-key", verify.command->public_key,
                         "of the exported ledger, as you noted it down");
}

void add_completion(CLI::App& app, Invocation& invocation) {
  const auto completion = declare<CompletionCommand>(app, invocation, "completion",
                                                     "a completion script for your shell");
  completion.app->footer("Example: relearn completion bash > /etc/bash_completion.d/relearn");
  completion.app->add_option("shell", completion.command->shell)
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
}

}  // namespace relearn
