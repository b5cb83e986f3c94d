// A file of invented people that a test can damage: cells by line and column.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "base/text.h"
#include "cohort_testing.h"
#include "learning/cohort/synthetic.h"

namespace relearn {

struct InventedFile {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;

  InventedFile(const DiseaseFile& disease, std::uint64_t count, std::uint64_t seed = 1) {
    std::string text;
    const CancelToken cancel;
    const auto append = [&](std::string_view piece) -> Result<void> {
      text += piece;
      return {};
    };
    const auto done = synthesize(disease, count, seed, append, cancel);
    EXPECT_TRUE(done.ok()) << done.error().message;
    std::vector<std::string_view> lines = split(text, '\n');
    header = cells(lines.at(1));
    for (std::size_t i = 2; i + 1 < lines.size(); ++i) rows.push_back(cells(lines[i]));
  }

  std::size_t column(std::string_view name) const {
    for (std::size_t j = 0; j < header.size(); ++j) {
      if (header[j] == name) return j;
    }
    ADD_FAILURE() << "no column " << name;
    return 0;
  }

  using Change = std::function<std::string(const std::string&)>;
  void change(std::string_view name, const Change& change) {
    const std::size_t j = column(name);
    for (auto& row : rows) row[j] = change(row[j]);
  }

  /// Without the mark, as a hospital's file.
  std::string text(const std::string& line_end = "\n") const {
    std::string text = join(header) + line_end;
    for (const auto& row : rows) text += join(row) + line_end;
    return text;
  }

  static std::string join(const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t j = 0; j < cells.size(); ++j) line += (j == 0 ? "" : ",") + cells[j];
    return line;
  }

 private:
  static std::vector<std::string> cells(std::string_view line) {
    const auto parts = split(line, ',');
    return {parts.begin(), parts.end()};
  }
};

}  // namespace relearn
