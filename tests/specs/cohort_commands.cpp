// What the commands of *.cohort files mean.
//
//   disease ID                     loads diseases/ID.toml
//   people COUNT [seed=NUMBER]     a file of so many invented rows in the disease's own columns,
//                                  without the mark; what follows damages it
//   column NAME divided_by=X       each value divided by X
//   column NAME moved_down=ROWS    each value stands so many rows lower; the first rows go
//   column NAME recoded=A>B,C>D    the code A becomes B, C becomes D
//   column NAME is=VALUE           the same value in all rows
//   column NAME called=OTHER       another name in the header
//   cell LINE NAME is=VALUE        one cell, by line of the file (the header is line 1)
//   again LINE                     this row once more, at the end
//   read [adapter=ID]              answers what came of it: adapter, rows, accepted (with
//   warnings),
//                                  quarantined, "line N" for each such row, people, polarity,
//                                  warning
#include <fmt/format.h>

#include "learning/cohort/baseline.h"
#include "support/spec_runner.h"
#include "unit/learning/cohort/invented_file.h"

namespace relearn {
namespace {

constexpr std::string_view kEnding = "cohort";

struct FileState {
  DiseaseFile disease;
  std::optional<InventedFile> file;
};

Result<InventedFile*> file_of(SpecState& state) {
  FileState& given = state.of<FileState>();
  if (!given.file) return invalid_input("there is no file yet; say: people COUNT");
  return &*given.file;
}

Result<SpecAnswer> load(SpecCommand& command, SpecState& state) {
  const std::string path = fmt::format("{}/diseases/{}.toml", RELEARN_SOURCE_DIR, command.text(0));
  state.of<FileState>().disease = TRY(load_disease_file(path));
  return SpecAnswer{};
}

Result<std::size_t> whole_number(const std::string& text) {
  const auto number = parse_number(text);
  if (!number || *number < 0 || *number != static_cast<double>(static_cast<long>(*number))) {
    return invalid_input(fmt::format("\"{}\" is not a whole number", text));
  }
  return static_cast<std::size_t>(*number);
}

Result<SpecAnswer> invent(SpecCommand& command, SpecState& state) {
  FileState& given = state.of<FileState>();
  const std::size_t count = TRY(whole_number(command.text(0)));
  const std::size_t seed = TRY(whole_number(command.argument("seed").value_or("1")));
  given.file.emplace(given.disease, count, seed);
  return SpecAnswer{};
}

/// "A>B,C>D"
std::string recoded(const std::string& cell, std::string_view codes) {
  for (const std::string_view pair : split(codes, ',')) {
    const auto sides = split(pair, '>');
    if (cell == sides.front()) return std::string(sides.back());
  }
  return cell;
}

Result<SpecAnswer> change_column(SpecCommand& command, SpecState& state) {
  InventedFile& file = *TRY(file_of(state));
  const std::string name = command.text(0);
  if (const auto divisor = command.argument("divided_by")) {
    const double by = parse_number(*divisor).value_or(1);
    file.change(name, [&](const std::string& cell) {
      const auto value = parse_number(cell);
      return value ? fmt::format("{:.6g}", *value / by) : cell;
    });
  }
  if (const auto rows = command.argument("moved_down")) {
    const std::size_t distance = TRY(whole_number(*rows));
    const std::size_t j = file.column(name);
    for (std::size_t i = file.rows.size(); i-- > distance;) {
      file.rows[i][j] = file.rows[i - distance][j];
    }
    file.rows.erase(file.rows.begin(), file.rows.begin() + static_cast<std::ptrdiff_t>(distance));
  }
  if (const auto codes = command.argument("recoded")) {
    file.change(name, [&](const std::string& cell) { return recoded(cell, *codes); });
  }
  if (const auto value = command.argument("is")) {
    file.change(name, [&](const std::string&) { return *value; });
  }
  if (const auto other = command.argument("called")) file.header[file.column(name)] = *other;
  return SpecAnswer{};
}

/// The row of a line of the file.
Result<std::size_t> row_of(SpecCommand& command, const InventedFile& file) {
  const std::size_t line = TRY(whole_number(command.text(0)));
  if (line < 2 || line - 2 >= file.rows.size()) {
    return invalid_input(fmt::format("the file has no record in line {}", line));
  }
  return line - 2;
}

Result<SpecAnswer> change_cell(SpecCommand& command, SpecState& state) {
  InventedFile& file = *TRY(file_of(state));
  const std::size_t row = TRY(row_of(command, file));
  file.rows[row][file.column(command.text(1))] = command.argument("is").value_or("");
  return SpecAnswer{};
}

Result<SpecAnswer> repeat_row(SpecCommand& command, SpecState& state) {
  InventedFile& file = *TRY(file_of(state));
  const std::size_t row = TRY(row_of(command, file));
  file.rows.push_back(file.rows[row]);
  return SpecAnswer{};
}

Result<SpecAnswer> read(SpecCommand& command, SpecState& state) {
  const InventedFile& file = *TRY(file_of(state));
  const CancelToken cancel;
  const std::string adapter = command.argument("adapter").value_or("");
  const SourceReading reading = TRY(
      read_source_text(state.of<FileState>().disease, file.text(), "given.csv", adapter, cancel));
  const ReadCounts& counts = reading.counts;
  SpecAnswer answer{{"adapter", reading.adapter},
                    {"rows", std::to_string(counts.rows)},
                    {"accepted", fmt::format("{}, {} with warnings", counts.accepted,
                                             counts.accepted_with_warnings)},
                    {"quarantined", std::to_string(counts.quarantined)}};
  for (const QuarantinedRow& row : reading.quarantined) {
    answer.emplace_back(fmt::format("line {}", row.line), row.reasons.front());
  }
  answer.emplace_back("people", std::to_string(counts.persons));
  answer.emplace_back("polarity", reading.polarity.sentence);
  for (const std::string& warning : reading.warnings) answer.emplace_back("warning", warning);
  return answer;
}

}  // namespace

void register_cohort_commands(SpecRunner& runner) {
  runner.add_command(kEnding, "disease", load);
  runner.add_command(kEnding, "people", invent);
  runner.add_command(kEnding, "column", change_column);
  runner.add_command(kEnding, "cell", change_cell);
  runner.add_command(kEnding, "again", repeat_row);
  runner.add_command(kEnding, "read", read);
}

}  // namespace relearn
