// What several commands say of attempts and versions, and how they reach them.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "cli/commands.h"
#include "lifecycle/gate/verdict.h"
#include "lifecycle/registry/kept_files.h"
#include "lifecycle/retrain/retrain_from_store.h"

namespace relearn {

/// The open store as a retrain sees it, and as its registry alone.
RetrainStores retrain_stores(const Stores& stores);
Registry registry_of(const Stores& stores);

/// "1 person", "2 people".
std::string people(std::int64_t count);

/// The word, and the sentences that decided it; for a terminal.
std::string verdict_text(const Verdict& verdict);

/// Of a disease; number 0: the live one.
Result<Version> find_version(VersionStore& versions, const std::string& disease,
                             std::int64_t number);

/// "version 3 (forced live)": how a version is called wherever it is shown.
std::string version_text(const Version& version);

}  // namespace relearn
