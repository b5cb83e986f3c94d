#include "lifecycle/registry/withdrawn_files.h"

#include <fmt/format.h>

namespace relearn {

Result<void> delete_withdrawn_files(const Withdrawal& withdrawal,
                                    std::span<const DiseaseFile> diseases,
                                    const Registry& registry) {
  for (const std::string& digest : withdrawal.revoked_snapshots) {
    std::error_code error;
    std::filesystem::remove(registry.folder / "snapshots" / (digest + ".csv"), error);
    if (error) {
      return unavailable(
          fmt::format("snapshot {} cannot be deleted: {}; it goes when the store is "
                      "next opened",
                      digest, error.message()));
    }
  }
  const RegistryLock held = TRY(RegistryLock::take(registry));
  for (const DiseaseFile& disease : diseases) TRY(clear_bundles(disease.id, registry, held));
  return {};
}

}  // namespace relearn
