// What the commands of *.cli files mean: the real program, run as a person runs it, on files that
// are made here. {scratch} is a fresh folder per file.
//
//   run ARGUMENTS          answers exit, says (standard error, one line), files (how many the
//   folder
//                          {scratch}/out holds), and each line of standard output as "out"
//   write FILE LINE        appends the line; ` in it is a quotation mark
//   platform FILE          a database of the Python platform (tests/support/platform_database.py)
//   given ID=VALUE ...     form values for the next run, as --set
//   typed line=TEXT        what the next run reads on standard input
//   change NEW from=OLD    a copy of a file with one thing done to it: empty=yes, bytes=N (one
//   endless
//                          line), folder=yes, bom=yes, crlf=yes, quotes=yes, reversed=yes (columns
//                          in another order), outcome=K (all rows), flip=COLUMN (0 and 1 swapped),
//                          times=F column=C, shift=COLUMN (moved by one row), cut=yes (inside a
//                          row), rename=OLD:NEW (a header), value=V column=C row=N
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "support/spec_runner.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kEnding = "cli";
constexpr std::uint64_t kBytesMax = 64 << 20;

/// A folder that goes away with the file that uses it.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "relearn_spec_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~Scratch() {
    std::error_code ec;
    fs::remove_all(folder_, ec);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string quoted(const std::string& word) { return "'" + replaced(word, "'", "'\\''") + "'"; }

std::string read_text(const fs::path& path) {
  auto text = read_file(path, kBytesMax);
  return text.ok() ? text.take_value() : std::string();
}

std::size_t files_in(const fs::path& folder) {
  std::error_code ec;
  const fs::recursive_directory_iterator begin(folder, ec);
  return ec ? 0
            : static_cast<std::size_t>(std::distance(begin, fs::recursive_directory_iterator()));
}

/// Form values and standard input that wait for the next run.
struct Given {
  std::vector<std::string> values;
  std::string typed;
};

Result<SpecAnswer> give(SpecCommand& command, SpecState& state) {
  for (const auto& [id, value] : command.arguments()) {
    state.of<Given>().values.push_back(id + "=" + value);
  }
  return SpecAnswer{};
}

Result<SpecAnswer> write(SpecCommand& command, SpecState& state) {
  const fs::path file = state.of<Scratch>().folder() / command.text(0);
  std::error_code ec;
  const std::string text = fs::exists(file, ec) ? TRY(read_file(file, kBytesMax)) : "";
  TRY(write_file_atomically(file, text + replaced(command.text(1), "`", "\"") + "\n"));
  return SpecAnswer{};
}

Result<SpecAnswer> make_platform(SpecCommand& command, SpecState& state) {
  const fs::path script = fs::path(RELEARN_SOURCE_DIR) / "tests/support/platform_database.py";
  const fs::path file = state.of<Scratch>().folder() / command.text(0);
  const int status = std::system(
      fmt::format("python3 {} {}", quoted(script.string()), quoted(file.string())).c_str());
  if (status != 0) return unavailable("python3 could not make the database");
  return SpecAnswer{};
}

Result<SpecAnswer> type(SpecCommand& command, SpecState& state) {
  state.of<Given>().typed += command.argument("line").value_or("") + "\n";
  return SpecAnswer{};
}

Result<SpecAnswer> run(SpecCommand& command, SpecState& state) {
  const fs::path& scratch = state.of<Scratch>().folder();
  const std::string diseases = (fs::path(RELEARN_SOURCE_DIR) / "diseases").string();
  // At home in the scratch folder: no file of whoever runs this is read or written.
  std::string line = "env -u XDG_CONFIG_HOME -u RELEARN_STORE -u RELEARN_KEY_FILE HOME=" +
                     quoted(scratch.string()) + " " + quoted(RELEARN_PROGRAM) + " --diseases " +
                     quoted(diseases);
  for (std::size_t i = 0; i < command.texts(); ++i) {
    line += " " + quoted(replaced(command.text(i), "{scratch}", scratch.string()));
  }
  for (const auto& [key, value] : command.arguments()) line += " " + quoted(key + "=" + value);
  std::vector<std::string>& given = state.of<Given>().values;
  for (const std::string& value : given) line += " --set " + quoted(value);
  given.clear();
  const fs::path out = scratch / "stdout", err = scratch / "stderr", in = scratch / "stdin";
  TRY(write_file_atomically(in, std::exchange(state.of<Given>().typed, "")));
  const int status =
      std::system(fmt::format("cd {} && {} >{} 2>{} <{}", quoted(scratch.string()), line,
                              quoted(out.string()), quoted(err.string()), quoted(in.string()))
                      .c_str());
  SpecAnswer answer = {{"exit", fmt::format("{}", WEXITSTATUS(status))}};
  std::string said = replaced(read_text(err), scratch.string() + "/", "");
  said = replaced(said, diseases, "{diseases}");
  answer.emplace_back("says", std::string(trim(said)));
  answer.emplace_back("files", fmt::format("{}", files_in(scratch / "out")));
  const std::string printed = replaced(read_text(out), scratch.string() + "/", "");
  for (const std::string_view text : split(printed, '\n')) {
    if (!trim(text).empty()) answer.emplace_back("out", std::string(trim(text)));
  }
  return answer;
}

using Table = std::vector<std::vector<std::string>>;

/// Header and rows; comment lines are kept as one cell.
Table parse_table(const std::string& text) {
  Table table;
  for (const std::string_view line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    std::vector<std::string> cells;
    if (line.front() == '#') {
      cells.emplace_back(line);
    } else {
      for (const std::string_view cell : split(line, ',')) cells.emplace_back(cell);
    }
    table.push_back(std::move(cells));
  }
  return table;
}

std::string table_text(const Table& table, std::string_view line_end) {
  std::string text;
  for (const auto& row : table) {
    for (std::size_t j = 0; j < row.size(); ++j) text += (j == 0 ? "" : ",") + row[j];
    text += line_end;
  }
  return text;
}

/// The table's header row, and a column of it by name.
struct Columns {
  Table& table;
  std::size_t header;

  Result<std::size_t> find(const std::string& name) const {
    const auto& names = table[header];
    const auto at = std::ranges::find(names, name);
    if (at == names.end()) return not_found(fmt::format("the file has no column '{}'", name));
    return static_cast<std::size_t>(at - names.begin());
  }
  std::size_t first_row() const { return header + 1; }
};

Result<void> scale_column(Columns columns, const std::string& name, double factor) {
  const std::size_t j = TRY(columns.find(name));
  for (std::size_t i = columns.first_row(); i < columns.table.size(); ++i) {
    std::string& cell = columns.table[i][j];
    if (const auto value = parse_number(cell)) cell = fmt::format("{:.3g}", *value * factor);
  }
  return {};
}

Result<void> shift_column(Columns columns, const std::string& name) {
  const std::size_t j = TRY(columns.find(name));
  Table& table = columns.table;
  for (std::size_t i = table.size() - 1; i > columns.first_row(); --i) {
    std::swap(table[i][j], table[i - 1][j]);
  }
  return {};
}

Result<void> set_cells(Columns columns, SpecCommand& command, const std::string& value) {
  const std::size_t j = TRY(columns.find(command.argument("column").value_or("")));
  const auto row = parse_number(command.argument("row").value_or("0"));
  for (std::size_t i = columns.first_row(); i < columns.table.size(); ++i) {
    if (*row == 0 || static_cast<double>(i - columns.header) == *row) columns.table[i][j] = value;
  }
  return {};
}

Result<void> flip_column(Columns columns, const std::string& name) {
  const std::size_t j = TRY(columns.find(name));
  for (std::size_t i = columns.first_row(); i < columns.table.size(); ++i) {
    std::string& cell = columns.table[i][j];
    cell = cell == "1" ? "0" : "1";
  }
  return {};
}

Result<void> rename_column(Columns columns, const std::string& names) {
  const auto colon = names.find(':');
  const std::size_t j = TRY(columns.find(names.substr(0, colon)));
  columns.table[columns.header][j] = names.substr(colon + 1);
  return {};
}

Result<void> change_table(Columns columns, SpecCommand& command) {
  if (command.argument("reversed")) {
    for (std::size_t i = columns.header; i < columns.table.size(); ++i) {
      std::ranges::reverse(columns.table[i]);
    }
  }
  if (command.argument("quotes")) {
    for (std::size_t i = columns.header; i < columns.table.size(); ++i) {
      for (std::string& cell : columns.table[i]) cell = "\"" + cell + "\"";
    }
  }
  if (const auto name = command.argument("flip")) TRY(flip_column(columns, *name));
  if (const auto name = command.argument("shift")) TRY(shift_column(columns, *name));
  if (const auto names = command.argument("rename")) TRY(rename_column(columns, *names));
  if (const auto value = command.argument("value")) TRY(set_cells(columns, command, *value));
  if (const auto factor = command.argument("times")) {
    TRY(scale_column(columns, command.argument("column").value_or(""), *parse_number(*factor)));
  }
  return {};
}

Result<SpecAnswer> change(SpecCommand& command, SpecState& state) {
  const fs::path& scratch = state.of<Scratch>().folder();
  const fs::path target = scratch / command.text(0);
  if (command.argument("folder")) {
    fs::create_directories(target);
    return SpecAnswer{};
  }
  if (command.argument("empty")) {
    TRY(write_file_atomically(target, ""));
    return SpecAnswer{};
  }
  if (const auto bytes = command.argument("bytes")) {
    // Sparse: a gigabyte that takes no room.
    std::ofstream(target).close();
    fs::resize_file(target, static_cast<std::uintmax_t>(*parse_number(*bytes)));
    return SpecAnswer{};
  }
  std::string text = TRY(read_file(scratch / command.argument("from").value_or(""), kBytesMax));
  if (const auto byte = command.argument("byte")) {
    text[static_cast<std::size_t>(*parse_number(*byte)) % text.size()] ^= 1;
    TRY(write_file_atomically(target, text));
    return SpecAnswer{};
  }
  Table table = parse_table(text);
  const std::size_t header = table[0][0].front() == '#' ? 1 : 0;
  if (const auto rows = command.argument("rows")) {
    table.resize(header + 1 + static_cast<std::size_t>(*parse_number(*rows)));
  }
  TRY(change_table({table, header}, command));
  text = table_text(table, command.argument("crlf") ? "\r\n" : "\n");
  if (command.argument("bom")) text = "\xEF\xBB\xBF" + text;
  if (command.argument("cut")) text.resize(text.size() - 9);
  TRY(write_file_atomically(target, text));
  return SpecAnswer{};
}

Result<SpecAnswer> same(SpecCommand& command, SpecState& state) {
  const fs::path& scratch = state.of<Scratch>().folder();
  const std::string a = TRY(read_file(scratch / command.text(0), kBytesMax));
  const std::string b = TRY(read_file(scratch / command.text(1), kBytesMax));
  return SpecAnswer{{"same", a == b ? "yes" : "no"}};
}

}  // namespace

void register_cli_commands(SpecRunner& runner) {
  runner.add_command(kEnding, "run", run);
  runner.add_command(kEnding, "write", write);
  runner.add_command(kEnding, "platform", make_platform);
  runner.add_command(kEnding, "given", give);
  runner.add_command(kEnding, "typed", type);
  runner.add_command(kEnding, "change", change);
  runner.add_command(kEnding, "same", same);
}

}  // namespace relearn
