// Rules between predictors: reading them from text, and asking whether a record keeps them.
//
//   rule      := sum ('<=' | '>=' | '<' | '>') sum
//   sum       := ['-'] product { ('+' | '-') product }
//   product   := factor { '*' factor }        at most two predictors in one product
//   factor    := number | predictor id
//   condition := predictor id ('=' | '>' | '<') (number | code word) | predictor id 'is missing'
//
// Example: "maximum_heart_rate_per_min <= 250 - age_years". A rule that compares a missing value is
// kept; so is one whose conditions do not all hold.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "clinical/disease_file.h"

namespace relearn {

/// Fills left, right and comparison. Errors name the part that cannot be read.
Result<void> parse_rule(std::string_view text, std::span<const Predictor> predictors,
                        CrossRule& rule);

Result<CrossRule::Condition> parse_condition(std::string_view text,
                                             std::span<const Predictor> predictors);

/// values: one per predictor of the disease, NaN = missing.
bool is_kept(const CrossRule& rule, std::span<const double> values);

}  // namespace relearn
