#include <CLI/CLI.hpp>
#include <sstream>

#include "cli/declare.h"
#include "cli/exit_code.h"

namespace relearn {
namespace {

constexpr const char* kVersion = "relearn " RELEARN_VERSION;
constexpr const char* kExitCodes =
    "Exit codes: 0 done, 1 a defect of relearn, 2 invalid arguments or data, 3 not found,\n"
    "4 not ready (too few cases), 5 disk or network failed, 6 conflict, 70 the disk failed while\n"
    "storing, 130 stopped with Ctrl-C.\n"
    "It informs, it does not diagnose: relearn is not a medical device.";

/// Every option writes into its command, the command called into the invocation.
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
    for (const auto add :
         {add_retrain, add_train_job, add_replay_job, add_predict, add_models, add_approvals,
          add_data, add_cohort, add_diseases, add_quarantine, add_withdraw, add_ledger, add_user,
          add_backup, add_predictions, add_outcomes, add_import, add_serve, add_completion}) {
      add(app_, invocation_);
    }
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  CLI::App& app() { return app_; }

  Invocation finish() {
    invocation_.format = json_ ? OutputFormat::Json : OutputFormat::Plain;
    return invocation_;
  }

 private:
  CLI::App app_{
      "relearn: a clinical risk platform whose models get better from what happens to its "
      "patients.\nIt informs, it does not diagnose.",
      "relearn"};
  Invocation invocation_;
  bool json_ = false;
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

CLI::App* add_command(CLI::App& parent, const std::string& word, const std::string& what,
                      std::function<void()> when_called) {
  CLI::App* const app = parent.add_subcommand(word, what);
  app->callback(std::move(when_called));
  return app;
}

void add_flag(CLI::App& app, const std::string& name, std::function<void()> when_given,
              const std::string& what) {
  app.add_flag_callback(name, std::move(when_given), what);
}

CLI::Option* add_text(CLI::App& app, const std::string& name, std::string& value,
                      const std::string& what) {
  return app.add_option(name, value, what);
}

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
