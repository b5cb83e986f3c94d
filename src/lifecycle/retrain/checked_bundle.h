// What a trainer left in its folder, believed only as far as it can be checked: the trainer has
// read files from the world, so its parent takes nothing of it on trust.
#pragma once

#include <optional>
#include <string>

#include "base/descriptor.h"
#include "base/result.h"
#include "clinical/disease_file.h"
#include "lifecycle/gate/evidence.h"
#include "lifecycle/training/bundle.h"
#include "lifecycle/training/job.h"

namespace relearn {

/// A bundle that is what the job asked for.
struct CheckedBundle {
  Bundle bundle;
  ModelFacts facts;
  std::string model_digest;              // SHA-256 of bundle.model
  std::optional<GateEvidence> evidence;  // when the job asked for it
};

/// Reads the bundle in the job's folder: plain files of a sane size (no links, no devices), the
/// model exactly one of ours, for this disease file, this code and this snapshot; reports that
/// speak of this very model, a page that cannot run a script, a text that cannot command a
/// terminal. BrokenInvariant with one sentence otherwise.
Result<CheckedBundle> read_checked_bundle(const Descriptor& folder, const DiseaseFile& disease,
                                          const TrainingJob& job);

}  // namespace relearn
