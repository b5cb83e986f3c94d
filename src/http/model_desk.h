// What the routes about models work with, beside the live models themselves.
#pragma once

#include <filesystem>
#include <functional>

#include "base/cancel.h"
#include "lifecycle/registry/kept_files.h"
#include "records/ledger_pages.h"

namespace relearn {

struct ModelDesk {
  Registry registry;
  std::shared_ptr<LedgerPages> ledger;
  std::filesystem::path models;   // folder in which the live versions are placed
  std::filesystem::path program;  // replays a model in a fresh process
  const CancelToken& cancel;      // of the server
  /// Loads what has gone live; from then on it answers. For any thread.
  std::function<void()> take_over;
};

}  // namespace relearn
