#include "support/spec_runner.h"

#include <fmt/format.h>

#include <algorithm>

namespace relearn {
namespace {

/// Columns on screen: every byte that does not continue a UTF-8 character.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(std::max(width, width_of(text)) - width_of(text), ' ');
}

/// Rows of equally many cells as text, columns three spaces apart.
std::vector<std::string> aligned(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (std::size_t j = 0; j < row.size(); ++j) widths[j] = std::max(widths[j], width_of(row[j]));
  }
  std::vector<std::string> lines;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t j = 0; j + 1 < row.size(); ++j) line += padded(row[j], widths[j] + 3);
    lines.push_back(line + row.back());
  }
  return lines;
}

const std::string* find_answer(const SpecAnswer& answer, std::string_view label) {
  for (const auto& [name, value] : answer) {
    if (name == label) return &value;
  }
  return nullptr;
}

std::string joined(const SpecAnswer& answer) {
  std::string text;
  for (const auto& [label, value] : answer) text += fmt::format("\n    {}  {}", label, value);
  return text.empty() ? "nothing" : text;
}

}  // namespace

std::optional<std::string> SpecRow::find(std::string_view column) {
  for (std::size_t j = 0; j < header_.size(); ++j) {
    if (header_[j] != column) continue;
    read_[j] = 'y';
    return cells_[j];
  }
  return std::nullopt;
}

std::vector<std::size_t> SpecRow::unread() const {
  std::vector<std::size_t> columns;
  for (std::size_t j = 0; j < read_.size(); ++j) {
    if (read_[j] == 'n') columns.push_back(j);
  }
  return columns;
}

/// One file while it runs.
class SpecRunner::FileRun {
 public:
  FileRun(const SpecRunner& runner, const std::filesystem::path& path, SpecFile file)
      : runner_(runner), path_(path), file_(std::move(file)) {}

  SpecReport run() {
    report_.cases = file_.cases.size();
    for (SpecCase& one : file_.cases) run_case(one);
    for (const std::string& line : file_.lines) report_.updated += line + "\n";
    return std::move(report_);
  }

 private:
  void fail(const SpecCase& one, int line, std::string_view what) {
    report_.failures.push_back(fmt::format("{}:{}: {}: {}", path_.string(), line, one.title, what));
  }

  const Handler* find_handler(const SpecCase& one, const SpecCommand& command) {
    std::string ending = path_.extension().string();
    if (!ending.empty()) ending.erase(0, 1);
    const auto found = runner_.handlers_.find({ending, command.word()});
    if (found != runner_.handlers_.end()) return &found->second;
    fail(one, command.line(), fmt::format("unknown command \"{}\"", command.word()));
    return nullptr;
  }

  void run_case(SpecCase& one) {
    for (std::size_t i = 0; i + 1 < one.commands.size(); ++i) {
      SpecCommand& command = one.commands[i];
      const Handler* handler = find_handler(one, command);
      if (!handler) return;
      if (!handler->lines) {
        return fail(one, command.line(), fmt::format("{} needs a table", command.word()));
      }
      auto answer = handler->lines(command, state_);
      if (!answer.ok()) return fail(one, command.line(), answer.error().message);
      check_arguments(one, command);
    }
    SpecCommand& last = one.commands.back();
    const Handler* handler = find_handler(one, last);
    if (!handler) return;
    if (handler->row) return run_table(one, last, handler->row);
    auto answer = handler->lines(last, state_);
    check_arguments(one, last);
    if (!answer.ok()) return check_lines(one, {{"error", answer.error().message}});
    check_lines(one, answer.value());
  }

  void check_arguments(const SpecCase& one, const SpecCommand& command) {
    if (const auto unseen = command.first_unseen()) {
      fail(one, command.line(), fmt::format("{} does not know \"{}\"", command.word(), *unseen));
    }
  }

  void check_lines(const SpecCase& one, const SpecAnswer& answer) {
    auto from = answer.begin();
    for (const int index : one.expected) {
      const std::string line = file_.lines[static_cast<std::size_t>(index)];
      auto wanted = spec_label_and_value(line);
      if (!wanted.ok()) {
        fail(one, index + 1, wanted.error().message);
        continue;
      }
      const auto& [label, value] = wanted.value();
      // The next line with this label that fits, else the next with this label.
      const auto same = [&, &label = label](const auto& told) { return told.first == label; };
      auto found = std::find_if(from, answer.end(), [&, &value = value](const auto& told) {
        return same(told) && spec_matches(value, told.second);
      });
      if (found == answer.end()) found = std::find_if(from, answer.end(), same);
      if (found == answer.end()) {
        fail(one, index + 1,
             fmt::format("expected \"{}\" here; told was {}", label, joined(answer)));
        continue;
      }
      from = std::next(found);
      if (!spec_matches(value, found->second)) {
        fail(one, index + 1,
             fmt::format("{}\n    expected  {}\n    got       {}", label, value, found->second));
        rewrite_line(index, value, found->second);
      }
    }
  }

  void rewrite_line(int index, const std::string& expected, const std::string& actual) {
    std::string& line = file_.lines[static_cast<std::size_t>(index)];
    line = line.substr(0, line.rfind(expected)) + spec_rewritten(expected, actual);
  }

  void run_table(const SpecCase& one, SpecCommand& command, const Row& row) {
    const auto line_of = [&](std::size_t i) -> std::string& {
      return file_.lines[static_cast<std::size_t>(one.expected[i])];
    };
    std::vector<std::vector<std::string>> rows;
    for (std::size_t i = 0; i < one.expected.size(); ++i) {
      rows.push_back(spec_cells(line_of(i)));
      if (rows[i].size() == rows[0].size()) continue;
      return fail(one, one.expected[i] + 1,
                  fmt::format("the row has {} cells, the header {}; cells stand two or more spaces "
                              "apart",
                              rows[i].size(), rows[0].size()));
    }
    if (rows.size() < 2) return fail(one, one.expected[0] + 1, "a table without rows");
    const auto before = rows;
    for (std::size_t i = 1; i < rows.size(); ++i) {
      run_row(one, command, row, rows[0], rows[i], one.expected[i] + 1);
    }
    check_arguments(one, command);
    if (rows == before) return;
    const auto lines = aligned(rows);
    for (std::size_t i = 0; i < rows.size(); ++i) line_of(i) = lines[i];
  }

  void run_row(const SpecCase& one, SpecCommand& command, const Row& handler,
               const std::vector<std::string>& header, std::vector<std::string>& cells, int line) {
    SpecRow row(header, cells);
    const auto answer = handler(command, row, state_);
    if (!answer.ok()) return fail(one, line, answer.error().message);
    const auto unread = row.unread();
    if (unread.empty()) return fail(one, line, "every column is read, so nothing is checked");
    for (const std::size_t j : unread) {
      const std::string* actual = find_answer(answer.value(), header[j]);
      if (!actual) {
        fail(one, line, fmt::format("column \"{}\" is neither read nor answered", header[j]));
      } else if (!spec_matches(cells[j], *actual)) {
        fail(one, line,
             fmt::format("{}\n    expected  {}\n    got       {}", header[j], cells[j], *actual));
        cells[j] = spec_rewritten(cells[j], *actual);
      }
    }
  }

  const SpecRunner& runner_;
  const std::filesystem::path& path_;
  SpecFile file_;
  SpecState state_;
  SpecReport report_;
};

void SpecRunner::add_command(std::string_view ending, std::string_view word, Lines lines) {
  handlers_[{std::string(ending), std::string(word)}] = {std::move(lines), nullptr};
}

void SpecRunner::add_table(std::string_view ending, std::string_view word, Row row) {
  handlers_[{std::string(ending), std::string(word)}] = {nullptr, std::move(row)};
}

bool SpecRunner::knows(std::string_view ending) const {
  return std::any_of(handlers_.begin(), handlers_.end(),
                     [&](const auto& entry) { return entry.first.first == ending; });
}

SpecReport SpecRunner::run(const std::filesystem::path& path, std::string_view text) const {
  SpecReport report;
  report.updated = text;
  auto file = parse_spec(text);
  if (!file.ok()) {
    report.failures.push_back(fmt::format("{}: {}", path.string(), file.error().message));
    return report;
  }
  if (file.value().cases.empty()) {
    report.failures.push_back(fmt::format("{}: holds no case", path.string()));
    return report;
  }
  return FileRun(*this, path, file.take_value()).run();
}

}  // namespace relearn
