// The few operations on text that several layers need: split, trim, strict numbers.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace relearn {

std::string_view trim(std::string_view text);  // without spaces, tabs, \r, \n at both ends
std::vector<std::string_view> split(std::string_view text, char separator);

/// The number that the whole text spells (".7", "63.0", "-1e3"), or nothing. "nan", "inf", "0x1",
/// trailing characters and an empty text are nothing. Never depends on the locale.
std::optional<double> parse_number(std::string_view text);

}  // namespace relearn
