#include <CLI/CLI.hpp>

#include "cli/declare.h"

namespace relearn {
namespace {

/// "k=5" or "5"; at least 2, for one is alike with itself.
std::string is_k(const std::string& text) {
  const std::string digits = text.starts_with("k=") ? text.substr(2) : text;
  const bool whole = !digits.empty() && digits.size() <= 9 &&
                     digits.find_first_not_of("0123456789") == std::string::npos;
  return whole && std::stoul(digits) >= 2 ? ""
                                          : "'" + text + "' is not of the form k=5, at least 2";
}

void add_records_options(CLI::App& app, RecordsImportCommand& records) {
  app.add_option("file", records.file, "CSV with a header, or JSON lines")->required();
  app.add_option("--disease", records.disease, "when the file does not tell");
  app.add_option("--contributor", records.contributor,
                 "who tells the outcomes, where no column says so");
  app.add_option("--quarantine", records.quarantine,
                 "write the lines that were refused to this file, unchanged");
}

void add_decision(CLI::App& quarantine, Invocation& invocation, const std::string& word,
                  const std::string& what) {
  const auto decide = declare<QuarantineDecideCommand>(quarantine, invocation, word, what);
  decide.command->decision = word;
  decide.app->footer("Example: relearn quarantine " + word +
                     " 3 --by dr.rao@example.org --reason \"charts looked at again\"");
  decide.app->add_option("id", decide.command->id, "number in 'quarantine list'")->required();
  decide.app->add_option("--by", decide.command->by, "who decides")->required();
  decide.app->add_option("--reason", decide.command->reason, "why")->required();
}

}  // namespace

void add_predictions(CLI::App& app, Invocation& invocation) {
  CLI::App* predictions = app.add_subcommand("predictions", "what was said about people");
  predictions->require_subcommand(1);
  const auto lines = declare<PredictionsImportCommand>(*predictions, invocation, "import",
                                                       "take in assessments that a clinic sends");
  lines.app->footer(
      "Example: relearn predictions import visits.csv\n"
      "Columns: docs/formats/records.md");
  add_records_options(*lines.app, lines.command->records);
  lines.app
      ->add_option("--models", lines.command->models,
                   "folder of the live models; they score what comes without a risk")
      ->capture_default_str();
}

void add_outcomes(CLI::App& app, Invocation& invocation) {
  CLI::App* outcomes = app.add_subcommand("outcomes", "what was really the case");
  outcomes->require_subcommand(1);
  const auto lines = declare<OutcomesImportCommand>(
      *outcomes, invocation, "import", "take in outcomes of predictions that are stored");
  lines.app->footer(
      "Example: relearn outcomes import results.csv --contributor "
      "\"City Hospital\"\nColumns: docs/formats/records.md");
  add_records_options(*lines.app, lines.command->records);
  const auto list = declare<OutcomesListCommand>(*outcomes, invocation, "list",
                                                 "how many predictions have which");
  list.app->footer("Example: relearn outcomes list");
  list.app->add_option("disease", list.command->disease);
}

void add_quarantine(CLI::App& app, Invocation& invocation) {
  CLI::App* quarantine =
      app.add_subcommand("quarantine", "outcomes held back until a person has looked at them");
  quarantine->require_subcommand(1);
  const auto list =
      declare<QuarantineListCommand>(*quarantine, invocation, "list", "what is held back, and why");
  list.app->footer("Example: relearn quarantine list heart");
  list.app->add_option("disease", list.command->disease);
  add_decision(*quarantine, invocation, "release", "these outcomes are right: they may train");
  add_decision(*quarantine, invocation, "uphold", "these outcomes are wrong: they never train");
}

void add_withdraw(CLI::App& app, Invocation& invocation) {
  const auto withdraw =
      declare<WithdrawCommand>(app, invocation, "withdraw",
                               "erase a person: rows gone, models that learnt from them marked");
  withdraw.app->footer("Example: relearn withdraw maria@example.org");
  withdraw.app->add_option("user", withdraw.command->user, "e-mail address of the account");
  withdraw.app->add_option("--reference", withdraw.command->reference,
                           "a clinic's own name for the person");
  withdraw.app->add_option("--reason", withdraw.command->reason)->capture_default_str();
  withdraw.app->add_option("--data", withdraw.command->data, "baseline files, as for 'retrain'");
}

void add_cohort(CLI::App& app, Invocation& invocation) {
  CLI::App* cohort = app.add_subcommand("cohort", "files of de-identified records");
  cohort->require_subcommand(1);
  const auto check = declare<CohortCheckCommand>(
      *cohort, invocation, "check",
      "is everybody in the file like k people or more? exit 0: yes, 2: no");
  check.app->footer("Example: relearn cohort check cohort.csv k=5");
  check.app->add_option("file", check.command->file)->required();
  check.app
      ->add_option_function<std::string>(
          "k",
          [command = check.command](const std::string& text) {
            command->k = std::stoull(text.substr(text.find('=') + 1));
          },
          "how many people must be alike")
      ->check(is_k)
      ->default_str("k=5");
  check.app->add_option("--disease", check.command->disease, "when the columns do not tell");
  check.app->add_option("--adapter", check.command->adapter,
                        "how to read the file (see 'diseases')");
}

void add_import(CLI::App& app, Invocation& invocation) {
  CLI::App* import = app.add_subcommand("import", "move here from another platform");
  import->require_subcommand(1);
  const auto platform = declare<HealthPredictImportCommand>(
      *import, invocation, "healthpredict",
      "users and predictions of the Python platform's database");
  platform.app->footer("Example: relearn import healthpredict users.db");
  platform.app->add_option("file", platform.command->file, "its SQLite file")->required();
  platform.app->add_flag("--keep-admins", platform.command->keep_admins,
                         "its administrators administrate here, too (default: patients)");
}

}  // namespace relearn
