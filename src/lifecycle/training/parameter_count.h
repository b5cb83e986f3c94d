// How many numbers were fitted to make a candidate.
#pragma once

#include <cstdint>

#include "lifecycle/training/candidate.h"

namespace relearn {

/// Of an update its own; else over the members: intercepts, coefficients, knots, support vectors'
/// weights, leaves; and two for each calibration that is not the identity.
std::uint64_t parameter_count(const CandidateModel& candidate);

}  // namespace relearn
