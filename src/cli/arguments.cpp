#include <CLI/CLI.hpp>
#include <sstream>

#include "cli/exit_code.h"
#include "cli/invocation.h"

namespace relearn {
namespace {

constexpr const char* kVersion = "relearn " RELEARN_VERSION;
constexpr const char* kExitCodes =
    "Exit codes: 0 done, 1 a defect of relearn, 2 invalid arguments or data, 3 not found,\n"
    "4 not ready (too few cases), 5 disk or network failed, 6 conflict, 70 the disk failed while\n"
    "storing, 130 stopped with Ctrl-C.\n"
    "It informs, it does not diagnose: relearn is not a medical device.";

/// "k=5" or "5"; at least 2, for one is alike with itself.
std::string is_k(const std::string& text) {
  const std::string digits = text.starts_with("k=") ? text.substr(2) : text;
  const bool whole = !digits.empty() && digits.size() <= 9 &&
                     digits.find_first_not_of("0123456789") == std::string::npos;
  return whole && std::stoul(digits) >= 2 ? ""
                                          : "'" + text + "' is not of the form k=5, at least 2";
}

/// Builds the parser; every option writes into its command, the command chosen into `invocation`.
class Parser {
 public:
  Parser() {
    app_.set_version_flag("--version", kVersion);
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.footer(kExitCodes);
    app_.add_flag("--json", json_,
                  "machine-readable output: the result as JSON on standard output");
    app_.add_option("--diseases", invocation_.diseases, "folder of the disease files");
    app_.add_option("--store", invocation_.store, "folder of the database")
        ->envname("RELEARN_STORE")
        ->capture_default_str();
    app_.add_option("--key", invocation_.key,
                    "key file of the store, made on first use; keep it apart from the store "
                    "(default: ~/.config/relearn/key)")
        ->envname("RELEARN_KEY_FILE");
    add_retrain();
    add_train_job();
    add_predict();
    add_models();
    add_data();
    add_cohort();
    add_diseases();
    add_quarantine();
    add_withdraw();
    add_user();
    add_backup();
    add_predictions();
    add_outcomes();
    add_import();
    add_completion();
  }

  CLI::App& app() { return app_; }

  Invocation finish() {
    invocation_.format = json_ ? OutputFormat::Json : OutputFormat::Plain;
    for (const std::string& value : values_) {
      const auto equals = value.find('=');
      predict_.values.emplace_back(value.substr(0, equals), value.substr(equals + 1));
    }
    if (*retrain_app_) invocation_.command = retrain_;
    if (*train_job_app_) invocation_.command = train_job_;
    if (*predict_app_) invocation_.command = predict_;
    if (*show_app_) invocation_.command = show_;
    if (*check_app_) invocation_.command = check_;
    if (*fetch_app_) invocation_.command = fetch_;
    if (*synthesize_app_) invocation_.command = synthesize_;
    if (*cohort_check_app_) {
      cohort_check_.k = std::stoull(k_.substr(k_.find('=') + 1));
      invocation_.command = cohort_check_;
    }
    if (*diseases_app_) invocation_.command = diseases_;
    if (*quarantine_list_app_) invocation_.command = quarantine_list_;
    for (const CLI::App* app : {release_app_, uphold_app_}) {
      if (*app) {
        quarantine_decide_.decision = app->get_name();
        invocation_.command = quarantine_decide_;
      }
    }
    if (*withdraw_app_) invocation_.command = withdraw_;
    user_add_.password = password_stdin_ ? PasswordFrom::StandardInput : PasswordFrom::Prompt;
    if (*user_add_app_) invocation_.command = user_add_;
    if (*backup_app_) invocation_.command = backup_;
    restore_.if_exists = force_ ? IfStoreExists::MoveAside : IfStoreExists::Refuse;
    if (*restore_app_) invocation_.command = restore_;
    if (*predictions_import_app_) invocation_.command = predictions_import_;
    if (*outcomes_import_app_) invocation_.command = outcomes_import_;
    if (*outcomes_list_app_) invocation_.command = outcomes_list_;
    if (*healthpredict_app_) invocation_.command = healthpredict_;
    if (*completion_app_) invocation_.command = completion_;
    return invocation_;
  }

 private:
  void add_retrain() {
    retrain_app_ = app_.add_subcommand("retrain", "learn from the records and publish the model");
    retrain_app_->footer("Example: relearn retrain heart --data data --out models");
    retrain_app_->add_option("disease", retrain_.disease, "a disease, or 'all'")->required();
    retrain_app_->add_option("--data", retrain_.data,
                             "folder of the baseline files, or one file; without any: a built-in "
                             "synthetic cohort, labelled SYNTHETIC");
    retrain_app_->add_option("--adapter", retrain_.adapter,
                             "how to read the file (see 'diseases')");
    retrain_app_->add_option("--families", retrain_.families, "model families to try")
        ->delimiter(',');
    retrain_app_->add_option("--grid", retrain_.grid, "clinical (small) or notebooks (large)")
        ->check(CLI::IsMember({"clinical", "notebooks"}))
        ->capture_default_str();
    retrain_app_->add_option("--seed", retrain_.seed, "same data and seed, same bytes")
        ->capture_default_str();
    retrain_app_->add_option("--folds", retrain_.folds, "folds, outer and inner")
        ->check(CLI::Range(2u, 20u))
        ->capture_default_str();
    retrain_app_->add_option("--repeats", retrain_.repeats, "repeats of the outer folds")
        ->check(CLI::Range(1u, 100u))
        ->capture_default_str();
    retrain_app_
        ->add_option("--threads", retrain_.threads, "0: one per core; never changes a result")
        ->check(CLI::Range(0u, 256u))
        ->capture_default_str();
    retrain_app_->add_option("--out", retrain_.out, "folder of the models")->capture_default_str();
    retrain_app_->add_option("--quarantine", retrain_.quarantine,
                             "write the rows that were not used to this file, unchanged");
    retrain_app_->add_option("--reason", retrain_.reason, "why, for the ledger")
        ->capture_default_str();
  }

  /// In no help and no completion: retrain starts it, a person never does.
  void add_train_job() {
    train_job_app_ = app_.add_subcommand("train-job", "what retrain runs as its child");
    train_job_app_->group("");
    train_job_app_->add_option("folder", train_job_.folder)->required();
  }

  void add_predict() {
    predict_app_ = app_.add_subcommand("predict", "risk, class and reasons for patients");
    predict_app_->footer(
        "Example: relearn predict diabetes --set age_years=45 --set \"glucose_2h_mg_per_dl=7.8 "
        "mmol/L\"\n         relearn predict heart --file patients.csv --json");
    predict_app_->add_option("disease", predict_.disease)->required();
    predict_app_
        ->add_option("--set", values_,
                     "a form value: id=value, with a unit if not the usual one; may be repeated")
        ->check([](const std::string& text) {
          return text.find('=') == std::string::npos || text.front() == '='
                     ? "'" + text + "' is not of the form id=value"
                     : std::string();
        });
    predict_app_->add_option("--file", predict_.file,
                             "CSV with a header or JSON of our ids; - is standard input");
    predict_app_->add_option("--model", predict_.model, "the .sav file (default: models/...)");
    predict_app_->add_option("--language", predict_.language, "en or mr")
        ->check(CLI::IsMember({"en", "mr"}))
        ->capture_default_str();
  }

  void add_models() {
    CLI::App* models = app_.add_subcommand("models", "published models");
    models->require_subcommand(1);
    show_app_ = models->add_subcommand("show", "what a .sav file says about itself, verified");
    show_app_->footer("Example: relearn models show models/heart_disease_model.sav");
    show_app_->add_option("file", show_.file)->required();
  }

  void add_data() {
    CLI::App* data = app_.add_subcommand("data", "baseline data");
    data->require_subcommand(1);
    check_app_ =
        data->add_subcommand("check", "what a file holds, row by row, and if it may train");
    check_app_->footer("Example: relearn data check data/heart/processed.cleveland.data");
    check_app_->add_option("file", check_.file)->required();
    check_app_->add_option("--disease", check_.disease, "when the columns do not tell");
    check_app_->add_option("--adapter", check_.adapter, "how to read the file (see 'diseases')");
    check_app_->add_option("--quarantine", check_.quarantine,
                           "write the rows that were refused to this file, unchanged");
    fetch_app_ = data->add_subcommand("fetch", "download the public files, verified by SHA-256");
    fetch_app_->footer("Example: relearn data fetch --out data");
    fetch_app_->add_option("disease", fetch_.diseases, "diseases (default: all)");
    fetch_app_->add_option("--out", fetch_.out, "folder")->capture_default_str();
    fetch_app_->add_option("--mirror", fetch_.mirror,
                           "address of a copy that holds the files by name");
    synthesize_app_ = data->add_subcommand(
        "synthesize", "rows of a documented statistical model, no real person");
    synthesize_app_->footer("Example: relearn data synthesize heart --rows 1000 --out heart.csv");
    synthesize_app_->add_option("disease", synthesize_.disease)->required();
    synthesize_app_->add_option("--rows", synthesize_.rows, "default: as many as the real set has")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
    synthesize_app_->add_option("--seed", synthesize_.seed)->capture_default_str();
    synthesize_app_->add_option("--out", synthesize_.out, "file; - is standard output")
        ->capture_default_str();
  }

  void add_cohort() {
    CLI::App* cohort = app_.add_subcommand("cohort", "files of de-identified records");
    cohort->require_subcommand(1);
    cohort_check_app_ = cohort->add_subcommand(
        "check", "is everybody in the file like k people or more? exit 0: yes, 2: no");
    cohort_check_app_->footer("Example: relearn cohort check cohort.csv k=5");
    cohort_check_app_->add_option("file", cohort_check_.file)->required();
    cohort_check_app_->add_option("k", k_, "how many people must be alike")
        ->check(is_k)
        ->capture_default_str();
    cohort_check_app_->add_option("--disease", cohort_check_.disease,
                                  "when the columns do not tell");
    cohort_check_app_->add_option("--adapter", cohort_check_.adapter,
                                  "how to read the file (see 'diseases')");
  }

  void add_diseases() {
    diseases_app_ = app_.add_subcommand("diseases", "the diseases, or one with its predictors");
    diseases_app_->footer("Example: relearn diseases heart");
    diseases_app_->add_option("disease", diseases_.disease);
  }

  void add_quarantine() {
    CLI::App* quarantine =
        app_.add_subcommand("quarantine", "outcomes held back until a person has looked at them");
    quarantine->require_subcommand(1);
    quarantine_list_app_ = quarantine->add_subcommand("list", "what is held back, and why");
    quarantine_list_app_->footer("Example: relearn quarantine list heart");
    quarantine_list_app_->add_option("disease", quarantine_list_.disease);
    release_app_ = add_decision(*quarantine, "release", "these outcomes are right: they may train");
    uphold_app_ = add_decision(*quarantine, "uphold", "these outcomes are wrong: they never train");
  }

  CLI::App* add_decision(CLI::App& quarantine, const std::string& word, const std::string& what) {
    CLI::App* app = quarantine.add_subcommand(word, what);
    app->footer("Example: relearn quarantine " + word +
                " 3 --by dr.rao@example.org --reason \"charts looked at again\"");
    app->add_option("id", quarantine_decide_.id, "number in 'quarantine list'")->required();
    app->add_option("--by", quarantine_decide_.by, "who decides")->required();
    app->add_option("--reason", quarantine_decide_.reason, "why")->required();
    return app;
  }

  void add_user() {
    CLI::App* user = app_.add_subcommand("user", "accounts");
    user->require_subcommand(1);
    user_add_app_ = user->add_subcommand("add", "make an account; asks for its password");
    user_add_app_->footer(
        "Example: relearn user add --email maria@example.org --name \"Maria Gonzalez\" --role "
        "clinician");
    user_add_app_->add_option("--email", user_add_.email)->required();
    user_add_app_->add_option("--name", user_add_.name, "full name");
    user_add_app_->add_option("--role", user_add_.role)
        ->check(CLI::IsMember({"patient", "clinician", "approver", "admin"}))
        ->capture_default_str();
    user_add_app_->add_flag("--password-stdin", password_stdin_,
                            "take the password from the first line of standard input");
  }

  void add_backup() {
    backup_app_ = app_.add_subcommand("backup", "copy the store into a new folder, and check it");
    backup_app_->footer("Example: relearn backup backups/monday");
    backup_app_->add_option("folder", backup_.folder)->required();
    restore_app_ = app_.add_subcommand("restore", "put a backup in the place of the store");
    restore_app_->footer("Example: relearn restore backups/monday --force");
    restore_app_->add_option("folder", restore_.folder)->required();
    restore_app_->add_flag("--force", force_, "a store that is there is moved aside, not deleted");
  }

  void add_withdraw() {
    withdraw_app_ = app_.add_subcommand(
        "withdraw", "erase a person: rows gone, models that learnt from them marked");
    withdraw_app_->footer("Example: relearn withdraw maria@example.org");
    withdraw_app_->add_option("user", withdraw_.user, "e-mail address of the account");
    withdraw_app_->add_option("--reference", withdraw_.reference,
                              "a clinic's own name for the person");
    withdraw_app_->add_option("--reason", withdraw_.reason)->capture_default_str();
    withdraw_app_->add_option("--data", withdraw_.data, "baseline files, as for 'retrain'");
  }

  static void add_records_options(CLI::App& app, RecordsImportCommand& records) {
    app.add_option("file", records.file, "CSV with a header, or JSON lines")->required();
    app.add_option("--disease", records.disease, "when the file does not tell");
    app.add_option("--contributor", records.contributor,
                   "who tells the outcomes, where no column says so");
    app.add_option("--quarantine", records.quarantine,
                   "write the lines that were refused to this file, unchanged");
  }

  void add_predictions() {
    CLI::App* predictions = app_.add_subcommand("predictions", "what was said about people");
    predictions->require_subcommand(1);
    predictions_import_app_ =
        predictions->add_subcommand("import", "take in assessments that a clinic sends");
    predictions_import_app_->footer(
        "Example: relearn predictions import visits.csv\n"
        "Columns: docs/formats/records.md");
    add_records_options(*predictions_import_app_, predictions_import_.records);
    predictions_import_app_
        ->add_option("--models", predictions_import_.models,
                     "folder of the live models; they score what comes without a risk")
        ->capture_default_str();
  }

  void add_outcomes() {
    CLI::App* outcomes = app_.add_subcommand("outcomes", "what was really the case");
    outcomes->require_subcommand(1);
    outcomes_import_app_ =
        outcomes->add_subcommand("import", "take in outcomes of predictions that are stored");
    outcomes_import_app_->footer(
        "Example: relearn outcomes import results.csv --contributor "
        "\"City Hospital\"\nColumns: docs/formats/records.md");
    add_records_options(*outcomes_import_app_, outcomes_import_.records);
    outcomes_list_app_ = outcomes->add_subcommand("list", "how many predictions have which");
    outcomes_list_app_->footer("Example: relearn outcomes list");
    outcomes_list_app_->add_option("disease", outcomes_list_.disease);
  }

  void add_import() {
    CLI::App* import = app_.add_subcommand("import", "move here from another platform");
    import->require_subcommand(1);
    healthpredict_app_ = import->add_subcommand(
        "healthpredict", "users and predictions of the Python platform's database");
    healthpredict_app_->footer("Example: relearn import healthpredict users.db");
    healthpredict_app_->add_option("file", healthpredict_.file, "its SQLite file")->required();
    healthpredict_app_->add_flag("--keep-admins", healthpredict_.keep_admins,
                                 "its administrators administrate here, too (default: patients)");
  }

  void add_completion() {
    completion_app_ = app_.add_subcommand("completion", "a completion script for your shell");
    completion_app_->footer("Example: relearn completion bash > /etc/bash_completion.d/relearn");
    completion_app_->add_option("shell", completion_.shell)
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  }

  CLI::App app_{
      "relearn: a clinical risk platform whose models get better from what happens to its "
      "patients.\nIt informs, it does not diagnose.",
      "relearn"};
  Invocation invocation_;
  bool json_ = false;
  std::vector<std::string> values_;
  RetrainCommand retrain_;
  TrainJobCommand train_job_;
  PredictCommand predict_;
  ModelsShowCommand show_;
  DataCheckCommand check_;
  DataFetchCommand fetch_;
  DataSynthesizeCommand synthesize_;
  CohortCheckCommand cohort_check_;
  std::string k_ = "k=5";
  DiseasesCommand diseases_;
  QuarantineListCommand quarantine_list_;
  QuarantineDecideCommand quarantine_decide_;
  WithdrawCommand withdraw_;
  UserAddCommand user_add_;
  BackupCommand backup_;
  RestoreCommand restore_;
  bool password_stdin_ = false, force_ = false;
  PredictionsImportCommand predictions_import_;
  OutcomesImportCommand outcomes_import_;
  OutcomesListCommand outcomes_list_;
  HealthPredictImportCommand healthpredict_;
  CompletionCommand completion_;
  CLI::App* retrain_app_ = nullptr;
  CLI::App* train_job_app_ = nullptr;
  CLI::App* predict_app_ = nullptr;
  CLI::App* show_app_ = nullptr;
  CLI::App* check_app_ = nullptr;
  CLI::App* fetch_app_ = nullptr;
  CLI::App* synthesize_app_ = nullptr;
  CLI::App* cohort_check_app_ = nullptr;
  CLI::App* diseases_app_ = nullptr;
  CLI::App* quarantine_list_app_ = nullptr;
  CLI::App* release_app_ = nullptr;
  CLI::App* uphold_app_ = nullptr;
  CLI::App* withdraw_app_ = nullptr;
  CLI::App* user_add_app_ = nullptr;
  CLI::App* backup_app_ = nullptr;
  CLI::App* restore_app_ = nullptr;
  CLI::App* predictions_import_app_ = nullptr;
  CLI::App* outcomes_import_app_ = nullptr;
  CLI::App* outcomes_list_app_ = nullptr;
  CLI::App* healthpredict_app_ = nullptr;
  CLI::App* completion_app_ = nullptr;
};

void collect_words(const CLI::App& app, const std::string& path,
                   std::vector<std::pair<std::string, std::vector<std::string>>>& words) {
  std::vector<std::string> options;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) options.push_back("--" + name);
  }
  const auto shown = [](const CLI::App* child) { return !child->get_group().empty(); };
  for (const CLI::App* child : app.get_subcommands(shown)) options.push_back(child->get_name());
  words.emplace_back(path, options);
  for (const CLI::App* child : app.get_subcommands(shown)) {
    collect_words(*child, path.empty() ? child->get_name() : path + " " + child->get_name(), words);
  }
}

}  // namespace

ParsedArguments parse_arguments(int argc, const char* const* argv) {
  Parser parser;
  try {
    parser.app().parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out, err;
    const int code = parser.app().exit(error, out, err);
    return {{}, out.str() + err.str(), code == 0 ? kDone : kInvalidInput};
  }
  return {parser.finish(), "", -1};
}

std::vector<std::pair<std::string, std::vector<std::string>>> command_words() {
  Parser parser;
  std::vector<std::pair<std::string, std::vector<std::string>>> words;
  collect_words(parser.app(), "", words);
  return words;
}

}  // namespace relearn
