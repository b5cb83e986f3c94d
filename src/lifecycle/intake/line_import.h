// The loop that every import of lines is: read, take or refuse, store a chunk, count. Used by the
// imports of this folder only.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "lifecycle/intake/import_report.h"
#include "lifecycle/intake/intake.h"
#include "lifecycle/intake/refused_file.h"
#include "lifecycle/intake/row_reader.h"

namespace relearn {

/// A line that was understood and waits for its chunk to be stored.
struct WaitingLine {
  std::uint64_t line = 0;
  std::string text;
};

/// Counts a refused line or event, and keeps the line.
class Refusals {
 public:
  Refusals(ImportReport& report, RefusedFile& file) : report_(report), file_(file) {}
  Result<void> add(ItemCounts& counts, std::uint64_t line, std::string_view text,
                   std::string because);

 private:
  ImportReport& report_;
  RefusedFile& file_;
  std::uint64_t last_line_ = 0;  // a line is kept once, even when two things of it are refused
};

class LineImport {
 public:
  virtual ~LineImport() = default;
  /// Understands the row and lets it wait. An error that is no failure is why it is refused.
  virtual Result<void> take(const RowReader& row) = 0;
  virtual std::size_t waiting() const = 0;
  /// Stores what waits, in one transaction each for predictions and for events.
  virtual Result<void> store() = 0;
};

/// Runs to the end of the file or to the first failure; the counts add up in both cases.
Result<ImportEnd> import_lines(RowReader& rows, LineImport& import, ImportReport& report,
                               RefusedFile& refused, Refusals& refusals, const IntakePorts& ports);

/// SHA-256 of the file, read as a stream.
Result<std::string> digest_of_file(const std::filesystem::path& file);

/// InvalidInput when the refused lines would be written over the file itself.
Result<void> check_quarantine_path(const ImportRequest& request);

}  // namespace relearn
