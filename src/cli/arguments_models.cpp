#include <CLI/CLI.hpp>

#include "cli/declare.h"

namespace relearn {
namespace {

/// approve, reject, force: what people say about an attempt.
void add_decision(CLI::App& parent, Invocation& invocation, const std::string& word,
                  const std::string& what) {
  const auto decide = declare<AttemptDecisionCommand>(parent, invocation, word, what);
  decide.command->word = word;
  decide.app->footer("Example: relearn " + std::string(word == "force" ? "models " : "") + word +
                     " heart 7 --by dr.rao@example.org --reason \"report read, groups as before\"");
  decide.app->add_option("disease", decide.command->disease)->required();
  decide.app->add_option("attempt", decide.command->attempt, "number in 'models list'")->required();
  decide.app->add_option("--reason", decide.command->reason, "why, for the ledger")->required();
  decide.app->add_option("--models", decide.command->models, "folder of the models")
      ->capture_default_str();
  add_sign_in(*decide.app, decide.command, "your account")->required();
}

void add_rollback(CLI::App& models, Invocation& invocation) {
  const auto back = declare<ModelsRollbackCommand>(
      models, invocation, "rollback", "an earlier version answers again; it is checked first");
  back.app->footer("Example: relearn models rollback heart 3 --reason \"too many false alarms\"");
  back.app->add_option("disease", back.command->disease)->required();
  back.app->add_option("version", back.command->version, "number in 'models list'")->required();
  back.app->add_option("--reason", back.command->reason, "why, for the ledger")->required();
  back.app->add_option("--models", back.command->models, "folder of the models")
      ->capture_default_str();
  add_sign_in(*back.app, back.command, "your account (default: whoever has this command line)");
}

void add_lists(CLI::App& models, Invocation& invocation) {
  const auto list = declare<ModelsListCommand>(models, invocation, "list",
                                               "every attempt, its verdict, and what was live");
  list.app->footer("Example: relearn models list heart");
  list.app->add_option("disease", list.command->disease, "default: all");
  const auto live =
      declare<ModelsLiveCommand>(models, invocation, "live", "which version answers, or answered");
  live.app->footer("Example: relearn models live heart --at 2026-03-01T12:00:00Z");
  live.app->add_option("disease", live.command->disease, "default: all");
  live.app->add_option("--at", live.command->at, "a day or a moment (UTC; default: now)");
}

void add_looks(CLI::App& models, Invocation& invocation) {
  const auto show = declare<ModelsShowCommand>(
      models, invocation, "show", "what a .sav file, or a version, says about itself, verified");
  show.app->footer(
      "Example: relearn models show models/heart_disease_model.sav\n"
      "         relearn models show heart 3");
  show.app->add_option("model", show.command->model, "a .sav file, or a disease")->required();
  show.app->add_option("version", show.command->version, "of the disease (default: the live one)");
  const auto diff = declare<ModelsDiffCommand>(models, invocation, "diff",
                                               "what changed from one version to another");
  diff.app->footer("Example: relearn models diff heart 2 3");
  diff.app->add_option("disease", diff.command->disease)->required();
  diff.app->add_option("from", diff.command->from, "version")->required();
  diff.app->add_option("to", diff.command->to, "version")->required();
}

void add_verify(CLI::App& models, Invocation& invocation) {
  const auto verify = declare<ModelsVerifyCommand>(
      models, invocation, "verify", "is a version what it says? every byte, and made again");
  verify.app->footer("Example: relearn models verify heart 3 --data data");
  verify.app->add_option("disease", verify.command->disease)->required();
  verify.app->add_option("version", verify.command->version, "default: the live one");
  verify.app->add_option("--data", verify.command->data, "baseline files, as for 'retrain'");
  verify.app->add_option("--threads", verify.command->threads, "0: one per core")
      ->check(CLI::Range(0u, 256u))
      ->capture_default_str();
}

}  // namespace

void add_models(CLI::App& app, Invocation& invocation) {
  CLI::App* models = app.add_subcommand("models", "attempts and versions: what is live, and why");
  models->require_subcommand(1);
  add_lists(*models, invocation);
  add_looks(*models, invocation);
  add_verify(*models, invocation);
  add_rollback(*models, invocation);
  add_decision(*models, invocation, "force", "make an attempt live against its verdict");
}

void add_approvals(CLI::App& app, Invocation& invocation) {
  add_decision(app, invocation, "approve", "agree to a model that waits for people");
  add_decision(app, invocation, "reject", "refuse a model that waits for people");
}

}  // namespace relearn
