// How sure a told risk is: the interval in which the share of ill people lies among those who are
// told such a risk. A band around the calibration line, from risks of people whom the model did not
// learn from; it says nothing about what the inputs leave out of one person.
//
//   logit(share) = intercept + slope * logit(risk), with the covariance of the two
//
// Cox 1958, Biometrika 45:562; interval by the delta method on the log-odds scale.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace relearn {

struct RiskBand {
  double intercept = 0, slope = 1;
  std::array<double, 3> covariance = {};  // of intercept, of both, of slope
};

struct RiskInterval {
  double low = 0, high = 1;
};

/// The fact of a model file that holds the band; absent where none can be told (too few people, or
/// risks that separate the ill from the others).
inline constexpr std::string_view kRiskBandFact = "risk_band";

/// 95 % interval at this risk; it always holds the risk itself.
RiskInterval interval_at(const RiskBand& band, double risk);

/// "intercept slope covariance covariance covariance", rounded.
std::string risk_band_text(const RiskBand& band);
/// Nothing for any other text.
std::optional<RiskBand> parse_risk_band(std::string_view text);

}  // namespace relearn
