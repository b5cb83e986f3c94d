// What a text may be to be stored, and how inputs are written.
//
//   inputs := '{' [ name ':' number { ',' name ':' number } ] '}'      a subset of JSON, names
//   quoted
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace relearn {

using Inputs = std::vector<std::pair<std::string, double>>;

/// Limits of a text that somebody gives: bytes, no control characters. A sentence; "" when it may
/// be.
std::string wrong_with_text(std::string_view what, std::string_view text);

/// A sentence; "" when they may be stored: finite numbers under different names in lower case.
std::string wrong_with_inputs(const Inputs& inputs);

/// Reads back exactly: the shortest digits that give the same double.
std::string inputs_text(const Inputs& inputs);
Result<Inputs> parse_inputs(std::string_view text);

/// Trimmed, lower case. InvalidInput for anything but one '@' between two parts.
Result<std::string> canonical_email(std::string_view email);

}  // namespace relearn
