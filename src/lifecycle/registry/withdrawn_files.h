// The files that go when somebody withdraws: what the database does not hold and so cannot erase.
#pragma once

#include <span>

#include "base/result.h"
#include "clinical/disease_file.h"
#include "lifecycle/registry/kept_files.h"
#include "records/version_store.h"

namespace relearn {

/// Deletes the cohort files that held the person, and the models that learnt from them but for a
/// live one. What is gone already is as good. What cannot be deleted now goes when the store is
/// next opened.
Result<void> delete_withdrawn_files(const Withdrawal& withdrawal,
                                    std::span<const DiseaseFile> diseases,
                                    const Registry& registry);

}  // namespace relearn
