// A specification is a text file that a clinician can read: what somebody does, and what must come
// of it.
//
//   line      := '#' text | command | blank
//   command   := word {argument}            argument := key=value | key="two words" | text
//   case      := command {[blank] command} '----' {expected} blank
//   expected  := label  two-or-more-spaces  value
//              | header row {row}, cells two or more spaces apart, for commands that take a table
//
//   # Values the form must accept, convert, or refuse.
//   disease   diabetes
//   accept
//   ----
//   predictor           given        becomes
//   glucose_mg_per_dl   6.5 mmol/L   117.1
//
// A number in an expected value is compared by value, and 0.82..0.86 accepts any number between;
// all other words are compared as they are.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace relearn {

/// One command line. It remembers which arguments were asked for, so that a misspelt one is
/// noticed.
class SpecCommand {
 public:
  SpecCommand(std::string word, int line) : word_(std::move(word)), line_(line) {}

  const std::string& word() const { return word_; }
  int line() const { return line_; }
  std::size_t texts() const { return texts_.size(); }
  std::string text(std::size_t index);                           // "" when there are fewer
  std::optional<std::string> argument(std::string_view key);     // of key=value
  std::vector<std::pair<std::string, std::string>> arguments();  // all, in order

  void add_text(std::string text) { texts_.push_back({std::move(text), Seen::No}); }
  void add_argument(std::string key, std::string value) {
    arguments_.push_back({std::move(key), std::move(value), Seen::No});
  }
  /// The first argument or text that nobody has asked for.
  std::optional<std::string> first_unseen() const;

 private:
  enum class Seen { No, Yes };
  struct TextArgument {
    std::string text;
    Seen seen;
  };
  struct KeyArgument {
    std::string key, value;
    Seen seen;
  };
  std::string word_;
  int line_;
  std::vector<TextArgument> texts_;
  std::vector<KeyArgument> arguments_;
};

/// A case: its commands and the lines below '----', still as text.
struct SpecCase {
  std::string title;  // the comment above it, else its last command
  std::vector<SpecCommand> commands;
  std::vector<int> expected;  // 0-based line numbers; at least one
};

struct SpecFile {
  std::vector<std::string> lines;
  std::vector<SpecCase> cases;
};

/// InvalidInput, beginning with the line number, for anything that is not in the grammar; also for
/// a case without expectations and commands without '----'.
Result<SpecFile> parse_spec(std::string_view text);

/// The cells of an expected line: what stands two or more spaces apart.
std::vector<std::string> spec_cells(std::string_view line);

/// "label  value": the first cell and all the rest.
Result<std::pair<std::string, std::string>> spec_label_and_value(std::string_view line);

/// Whether an actual value is what the specification says.
bool spec_matches(std::string_view expected, std::string_view actual);

/// The expected value rewritten so that it accepts the actual one: a range that already does stays,
/// one that does not moves and keeps its width.
std::string spec_rewritten(std::string_view expected, std::string_view actual);

}  // namespace relearn
