#include "lifecycle/intake/line_import.h"

#include <fmt/format.h>

#include "base/csv.h"
#include "base/digest.h"
#include "lifecycle/intake/outcome_line.h"

namespace relearn {
namespace {

constexpr std::size_t kLinesPerTransaction = 2000;
constexpr std::size_t kKilobyte = 1024;

/// One line read; true when it was refused here and now.
Result<void> take_or_refuse(RowReader& rows, LineImport& import, ImportReport& report,
                            Refusals& refusals) {
  std::string because(rows.problem());
  if (because.empty()) {
    auto taken = import.take(rows);
    if (taken.ok()) return {};
    if (is_failure(taken.error())) return taken.take_error();
    because = taken.take_error().message;
  }
  return refusals.add(report.lines, rows.line(), rows.text(), std::move(because));
}

/// To the end, or to the error that it returns.
Result<void> run(RowReader& rows, LineImport& import, ImportReport& report, Refusals& refusals,
                 const IntakePorts& ports) {
  std::size_t read = rows.header().size();
  for (;;) {
    const auto more = rows.next();
    if (!more.ok()) {
      TRY(import.store());
      return more.error();
    }
    if (!more.value()) return import.store();
    ++report.lines.given;
    read += rows.text().size() + 1;
    TRY(take_or_refuse(rows, import, report, refusals));
    if (import.waiting() < kLinesPerTransaction) continue;
    TRY(import.store());
    ports.progress.report({"import", report.file, read / kKilobyte, rows.bytes() / kKilobyte});
    if (ports.cancel.requested()) {
      return Error{ErrorKind::Cancelled,
                   fmt::format("stopped on request after line {}; what was taken in stays, and the "
                               "same command goes on from there",
                               rows.line())};
    }
  }
}

}  // namespace

Result<void> Refusals::add(ItemCounts& counts, std::uint64_t line, std::string_view text,
                           std::string because) {
  ++counts.refused;
  report_.refuse(line, std::move(because));
  if (line == last_line_) return {};
  last_line_ = line;
  return file_.add(text);
}

Result<ImportEnd> import_lines(RowReader& rows, LineImport& import, ImportReport& report,
                               RefusedFile& refused, Refusals& refusals, const IntakePorts& ports) {
  ImportEnd end;
  auto ran = run(rows, import, report, refusals, ports);
  if (!ran.ok()) {
    end.stopped = ran.take_error();
    // What waited was not stored, nor the line that a failure came in between.
    report.lines.given = report.lines.added + report.lines.already_there + report.lines.refused;
  }
  TRY(refused.finish());
  end.report = std::move(report);
  return end;
}

Result<std::string> digest_of_file(const std::filesystem::path& file) {
  const auto source = TRY(open_file_source(file));
  std::vector<char> block(256 * kKilobyte);
  Sha256 digest;
  for (;;) {
    const std::size_t got = TRY(source->read(block));
    if (got == 0) return digest.finish();
    digest.update({block.data(), got});
  }
}

Result<void> check_quarantine_path(const ImportRequest& request) {
  std::error_code ec;
  if (!request.quarantine.empty() &&
      std::filesystem::equivalent(request.file, request.quarantine, ec)) {
    return invalid_input(fmt::format("{}: the refused lines would be written over the file itself",
                                     request.quarantine.string()));
  }
  return {};
}

}  // namespace relearn
