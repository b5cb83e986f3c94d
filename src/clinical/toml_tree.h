// A TOML file as a plain tree with line numbers, so that the TOML library stays in one .cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace relearn {

struct TomlNode {
  enum class Kind { Boolean, Integer, Real, String, Array, Table };
  Kind kind = Kind::Table;
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0;
  std::string text;
  std::vector<TomlNode> items;                            // Array
  std::vector<std::pair<std::string, TomlNode>> members;  // Table, by key
  std::uint32_t line = 0;                                 // 1-based

  /// The member of a table, or null.
  const TomlNode* member(std::string_view key) const;
};

/// InvalidInput, with `name` and the line, for anything that is not TOML 1.0. Dates are refused.
Result<TomlNode> parse_toml(std::string_view text, std::string_view name);

/// The table `key` of a TOML text as a TOML text of its own; empty when there is none.
Result<std::string> extract_toml_table(std::string_view text, std::string_view key);

}  // namespace relearn
