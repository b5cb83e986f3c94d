// Declares a command of the command line: what is parsed into it becomes the invocation when the
// command is the one that was called. Only arguments*.cpp include this.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "cli/invocation.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace relearn {

CLI::App* add_command(CLI::App& parent, const std::string& word, const std::string& what,
                      std::function<void()> when_called);
void add_flag(CLI::App& app, const std::string& name, std::function<void()> when_given,
              const std::string& what);
CLI::Option* add_text(CLI::App& app, const std::string& name, std::string& value,
                      const std::string& what);

template <class Command>
struct Declared {
  CLI::App* app;
  std::shared_ptr<Command> command;  // its options write here
};

template <class Command>
Declared<Command> declare(CLI::App& parent, Invocation& invocation, const std::string& word,
                          const std::string& what) {
  auto command = std::make_shared<Command>();
  CLI::App* const app =
      add_command(parent, word, what, [command, &invocation] { invocation.command = *command; });
  return {app, command};
}

/// --password-stdin of a command with a member `password`.
template <class Owner>
void add_password_source(CLI::App& app, const std::shared_ptr<Owner>& owner) {
  add_flag(
      app, "--password-stdin", [owner] { owner->password = PasswordFrom::StandardInput; },
      "take the password from the first line of standard input");
}

/// --by with its password, of a command with a member `by`.
template <class Command>
CLI::Option* add_sign_in(CLI::App& app, const std::shared_ptr<Command>& command,
                         const std::string& who) {
  add_password_source(app, std::shared_ptr<SignIn>(command, &command->by));
  return add_text(app, "--by", command->by.email, "e-mail address of " + who);
}

// By subject.
void add_retrain(CLI::App& app, Invocation& invocation);
void add_train_job(CLI::App& app, Invocation& invocation);
void add_replay_job(CLI::App& app, Invocation& invocation);
void add_predict(CLI::App& app, Invocation& invocation);
void add_models(CLI::App& app, Invocation& invocation);
void add_approvals(CLI::App& app, Invocation& invocation);
void add_predictions(CLI::App& app, Invocation& invocation);
void add_outcomes(CLI::App& app, Invocation& invocation);
void add_quarantine(CLI::App& app, Invocation& invocation);
void add_withdraw(CLI::App& app, Invocation& invocation);
void add_ledger(CLI::App& app, Invocation& invocation);
void add_cohort(CLI::App& app, Invocation& invocation);
void add_import(CLI::App& app, Invocation& invocation);
void add_data(CLI::App& app, Invocation& invocation);
void add_diseases(CLI::App& app, Invocation& invocation);
void add_user(CLI::App& app, Invocation& invocation);
void add_backup(CLI::App& app, Invocation& invocation);
void add_serve(CLI::App& app, Invocation& invocation);
void add_completion(CLI::App& app, Invocation& invocation);

}  // namespace relearn
