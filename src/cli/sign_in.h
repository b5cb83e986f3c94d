// Passwords at a terminal, and who gives a command.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/commands.h"
#include "cli/invocation.h"
#include "records/attempt.h"

namespace relearn {

/// Typed twice, without being shown; or a line of standard input.
Result<std::string> new_password(PasswordFrom from, const Environment& world);

/// The account of this e-mail address, after its password; without one: whoever has the command
/// line. NotAllowed, in the same words and time, for an unknown account and a wrong password.
Result<Actor> sign_in(const SignIn& who, PeopleStore& people, const Environment& world);

}  // namespace relearn
