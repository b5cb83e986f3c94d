// Runs specification files: each command word has one meaning per file ending. What a command
// answers is compared with the lines that the file gives, in their order; lines it does not give
// are not looked at. State goes on from case to case inside a file, nothing between files.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeindex>
#include <utility>
#include <vector>

#include "base/result.h"
#include "support/spec_file.h"

namespace relearn {

/// What the commands of one file remember: one object of each type, made when first asked for.
class SpecState {
 public:
  template <typename T>
  T& of() {
    std::shared_ptr<void>& slot = slots_[typeid(T)];
    if (!slot) slot = std::make_shared<T>();
    return *static_cast<T*>(slot.get());
  }

 private:
  std::map<std::type_index, std::shared_ptr<void>> slots_;
};

/// One row of a table, by column name. A column is either read or answered, never neither.
class SpecRow {
 public:
  SpecRow(const std::vector<std::string>& header, std::vector<std::string> cells)
      : header_(header), cells_(std::move(cells)), read_(cells_.size(), 'n') {}

  std::optional<std::string> find(std::string_view column);  // nothing when there is no such column
  std::string cell(std::string_view column) { return find(column).value_or(""); }
  const std::vector<std::string>& header() const { return header_; }
  /// The columns that nobody has read: what is expected.
  std::vector<std::size_t> unread() const;

 private:
  const std::vector<std::string>& header_;
  std::vector<std::string> cells_;
  std::vector<char> read_;
};

/// label -> value (or column -> cell), in the order in which they are told.
using SpecAnswer = std::vector<std::pair<std::string, std::string>>;

struct SpecReport {
  std::size_t cases = 0;
  std::vector<std::string> failures;  // "file:line: title: what was expected and what came"
  std::string updated;                // the file with the values that came
};

class SpecRunner {
 public:
  using Lines = std::function<Result<SpecAnswer>(SpecCommand&, SpecState&)>;
  using Row = std::function<Result<SpecAnswer>(SpecCommand&, SpecRow&, SpecState&)>;

  /// A command that answers lines. Only the answer of a case's last command is compared; the others
  /// prepare. An error of the last one is the answer "error  message", of another a failure.
  void add_command(std::string_view ending, std::string_view word, Lines lines);
  /// A command that answers a table, row by row. An error is a failure.
  void add_table(std::string_view ending, std::string_view word, Row row);

  bool knows(std::string_view ending) const;

  /// Name and ending are taken from `path`. Failures: no case at all, an unknown command, an
  /// argument or a column that nobody reads, and everything that is not as expected.
  SpecReport run(const std::filesystem::path& path, std::string_view text) const;

 private:
  struct Handler {
    Lines lines;
    Row row;
  };
  class FileRun;
  std::map<std::pair<std::string, std::string>, Handler> handlers_;  // (ending, word)
};

}  // namespace relearn
