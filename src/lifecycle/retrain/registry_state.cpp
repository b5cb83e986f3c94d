#include "lifecycle/retrain/registry_state.h"

#include <algorithm>

namespace relearn {

Result<RegistryState> read_registry(const std::string& disease, const Registry& registry,
                                    RecordStore& records) {
  RegistryState state;
  state.live = TRY(registry.versions->live_version(disease));
  state.versions = TRY(registry.versions->versions(disease));
  state.attempts = TRY(registry.versions->attempts(disease));
  state.changes = TRY(registry.versions->live_changes(disease));
  auto generations = TRY(registry.versions->locked_generations(disease));
  if (!generations.empty()) state.locked = std::move(generations.back());
  const auto quarantines = TRY(records.quarantines(disease));
  state.open_quarantines = static_cast<std::uint64_t>(
      std::ranges::count(quarantines, QuarantineState::Open, &Quarantine::state));
  state.store = registry.folder;
  return state;
}

}  // namespace relearn
