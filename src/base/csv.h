// Comma-separated text (RFC 4180) as a stream: one row at a time, never more than one block of the
// file in memory, whatever the file holds.
//
// Understood: LF and CRLF line ends, a UTF-8 byte order mark, quoted fields with doubled quotes,
// commas and line breaks inside quotes, a last line without line end. Text after a closing quote
// belongs to the field as it stands. Empty lines are skipped.
// Refused, with the line number: lines above kCsvLineBytesMax, more than kCsvFieldsMax fields, NUL
// bytes (binary or UTF-16 files), a quote that is never closed.
//
// Not thread-safe; one reader a thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace relearn {

inline constexpr std::size_t kCsvLineBytesMax = 64 * 1024;
inline constexpr std::size_t kCsvFieldsMax = 4096;

/// Where bytes come from.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills a part of `into`; 0 = the end.
  virtual Result<std::size_t> read(std::span<char> into) = 0;
  /// Bytes in all.
  virtual std::uint64_t size() const = 0;
};

/// A regular file with at least one byte; folders, devices and empty files are refused.
Result<std::unique_ptr<ByteSource>> open_file_source(const std::filesystem::path& path);
/// The text must outlive the source.
std::unique_ptr<ByteSource> make_text_source(std::string_view text);

class CsvReader {
 public:
  /// name: how messages call the file.
  CsvReader(std::unique_ptr<ByteSource> source, std::string name);

  /// Goes to the next row; false at the end. What fields() and text() gave before is gone.
  Result<bool> next();

  std::span<const std::string_view> fields() const { return fields_; }
  /// The row as it stands in the file, without its last line feed.
  std::string_view text() const { return text_; }
  /// 1-based number of the row's first line.
  std::uint64_t line() const { return line_; }

 private:
  Result<bool> refill();
  Result<std::size_t> find_line_end();
  Result<std::size_t> find_end_outside_quotes();
  Result<void> split_plain(std::string_view line);
  Result<void> split_quoted(std::string_view line);
  Error error(std::string_view problem) const;

  std::unique_ptr<ByteSource> source_;
  std::string name_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // first byte not yet given
  std::size_t end_ = 0;    // behind the last byte read
  enum class Input { Start, Middle, End } input_ = Input::Start;
  std::uint64_t line_ = 0;
  std::uint64_t lines_before_next_ = 0;
  std::string_view text_;
  std::vector<std::string_view> fields_;
  std::string unquoted_;  // bytes of the fields of a row with quotes
};

/// A field for a message: at most 40 bytes, nothing that a terminal would obey.
std::string shown(std::string_view field);

}  // namespace relearn
