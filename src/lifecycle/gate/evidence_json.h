// Evidence as JSON, from the trainer process to its parent and into the record of each attempt. An
// absent part is an absent key. docs/formats/gate_evidence.md describes the document.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "lifecycle/gate/evidence.h"

namespace relearn {

/// A number that is not finite becomes null, which no reader accepts.
std::string evidence_to_json(const GateEvidence& evidence);

/// BrokenInvariant, naming the place and the value, for an unknown or missing key, a wrong type, a
/// number out of range, and for numbers that contradict each other: a bound on the wrong side of
/// its mean, counts that do not add up, a p-value that is not that of its counts.
Result<GateEvidence> evidence_from_json(std::string_view text);

}  // namespace relearn
