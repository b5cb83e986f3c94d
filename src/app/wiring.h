// Connects the ports of the commands with the database.
#pragma once

#include "cli/commands.h"
#include "cli/invocation.h"

namespace relearn {

/// The functions of `environment` that open, back up and restore the store of the invocation, and
/// a database of the Python platform.
void connect_store(const Invocation& invocation, Environment& environment);

}  // namespace relearn
