// Reads one table of a disease file strictly: each key once, of the right type; keys nobody asked
// for are refused. The first problem is kept and told by finish(); after it, reads give empty
// values, so that a reader of twenty keys is twenty lines and one check.
//
// Messages: `heart.toml line 41: predictor sex: key "label" lacks the language mr`.
#pragma once

#include <array>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "clinical/disease_file.h"
#include "clinical/toml_tree.h"

namespace relearn {

/// Languages in which everything that people read must be written; others may be added.
inline constexpr std::array<std::string_view, 2> kLanguages = {"en", "mr"};

class TableReader {
 public:
  /// what: how a message names this table, for example "predictor sex".
  TableReader(const TomlNode& table, std::string_view file, std::string what);

  bool has(std::string_view key) const { return table_.member(key) != nullptr; }

  std::string text(std::string_view key);  // required, not empty
  std::string text_or(std::string_view key, std::string_view fallback);
  double number(std::string_view key);  // required, finite
  double number_or(std::string_view key, double fallback);
  int integer(std::string_view key);
  int integer_or(std::string_view key, int fallback);
  bool flag_or(std::string_view key, bool fallback);
  Range range(std::string_view key);                     // [low, high], low <= high
  Text translations(std::string_view key);               // each of kLanguages, not empty
  std::vector<std::string> texts(std::string_view key);  // none when absent

  /// The tables of an array of tables, none when absent.
  std::span<const TomlNode> tables(std::string_view key);
  /// A table, or null when absent.
  const TomlNode* table(std::string_view key);

  /// One of `words`, as its index; `fallback` when absent and >= 0.
  int choice(std::string_view key, std::span<const std::string_view> words, int fallback);

  /// Records a problem with the value of `key` (or with the table, when there is no such key).
  void refuse(std::string_view key, std::string_view problem);

  /// The first problem so far.
  Result<void> so_far() const;
  /// The first problem, or the first key that was never read.
  Result<void> finish() const;

  std::string_view file() const { return file_; }
  std::string_view what() const { return what_; }

 private:
  const TomlNode* look(std::string_view key);
  const TomlNode* required(std::string_view key);

  const TomlNode& table_;
  std::string_view file_;
  std::string what_;
  std::set<std::string, std::less<>> read_;
  std::string problem_;
};

/// A message about a place: `heart.toml line 41: predictor sex: problem`.
Error refused_at(std::string_view file, std::uint32_t line, std::string_view what,
                 std::string_view problem);

}  // namespace relearn
