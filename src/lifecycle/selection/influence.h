// No contributor may teach a model more than a share of what it learns: caps as weights.
//
// With m contributors, one may have at most max(25 %, 1/m) of the new records' weight, and the new
// records of one at most max(10 %, 1/m) of everything including the baseline. A contributor above a
// cap counts with cap / share for each record. (1/m: where there are only two, a quarter each would
// throw half of the evidence away and protect nobody.)
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace relearn {

inline constexpr double kNewShareMax = 0.25;
inline constexpr double kTotalShareMax = 0.10;

/// The weight of each record of a contributor, in (0, 1]. records: contributor -> records used.
std::map<std::string, double> influence_weights(const std::map<std::string, std::uint64_t>& records,
                                                std::uint64_t baseline_rows);

}  // namespace relearn
