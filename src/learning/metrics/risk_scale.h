// The scale on which a risk is judged. A risk of exactly 0 or 1 would make one mistake infinitely
// bad; reports never look further than one in a million.
#pragma once

namespace relearn {

inline constexpr double kRiskFloor = 1e-6;

/// The risk, moved into [1e-6, 1 - 1e-6].
double clipped_risk(double risk);

/// Log-odds of the clipped risk: -13.8 .. 13.8.
double clipped_log_odds(double risk);

}  // namespace relearn
