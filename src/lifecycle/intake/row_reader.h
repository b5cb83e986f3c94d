// Rows of named cells from a file that somebody sends: CSV with a header, or JSON lines (one object
// a line). Streaming; never more than one block of the file in memory.
//
// Not thread-safe; one reader a thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace relearn {

class RowReader {
 public:
  virtual ~RowReader() = default;

  /// The columns that the file names: its header, or the keys of its first object.
  virtual const std::vector<std::string>& names() const = 0;
  /// What cells() holds from now on, in this order. InvalidInput, with the column that was likely
  /// meant, for a header that names another one or one twice.
  virtual Result<void> bind(std::vector<std::string> known) = 0;

  /// Goes to the next row; false at the end. An error is one of the file, not of a row: nothing can
  /// be read after it.
  virtual Result<bool> next() = 0;

  /// One a bound column; empty: not given. Gone with the next row.
  virtual std::span<const std::string_view> cells() const = 0;
  /// Why this row cannot be read, in one sentence; empty: it can.
  virtual std::string_view problem() const = 0;
  virtual std::string_view text() const = 0;  // as it stands in the file, without line feed
  virtual std::uint64_t line() const = 0;     // 1-based
  /// What a file of some of the rows begins with; empty for JSON lines.
  virtual std::string_view header() const = 0;
  virtual std::uint64_t bytes() const = 0;  // of the file
  /// Its first line says so (clinical/synthetic_mark.h); JSON lines cannot.
  virtual bool holds_invented_people() const = 0;
};

/// JSON lines by the ending (.jsonl, .ndjson, .json) or by "{" as the first byte, else CSV.
/// NotFound, InvalidInput (a folder, empty, a JSON array) or Unavailable.
Result<std::unique_ptr<RowReader>> open_rows(const std::filesystem::path& file);

/// The known name that the given one was most likely meant to be; empty when none is near.
std::string_view likely_name(std::string_view given, std::span<const std::string> known);

/// Well-formed UTF-8 without control characters.
bool is_clean_text(std::string_view text);

}  // namespace relearn
