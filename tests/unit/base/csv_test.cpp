#include "base/csv.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/random.h"
#include "base/text.h"

namespace relearn {
namespace {

/// "[1] a|b; [2] c|d", or the error.
std::string rows_of(std::string_view text) {
  CsvReader reader(make_text_source(text), "t.csv");
  std::string all;
  for (;;) {
    const auto next = reader.next();
    if (!next.ok()) return all + "error: " + next.error().message;
    if (!next.value()) return all;
    all += (all.empty() ? "[" : "; [") + std::to_string(reader.line()) + "] ";
    bool first = true;
    for (const std::string_view field : reader.fields()) {
      if (!first) all += '|';
      all += field;
      first = false;
    }
  }
}

TEST(CsvReader, SplitsRowsAtCommasAndEveryKindOfLineEnd) {
  EXPECT_EQ(rows_of("a,b\nc,d\n"), "[1] a|b; [2] c|d");
  EXPECT_EQ(rows_of("a,b\r\nc,d\r\n"), "[1] a|b; [2] c|d");
  EXPECT_EQ(rows_of("a,b\nc,d"), "[1] a|b; [2] c|d");
  EXPECT_EQ(rows_of("a,,b,\n"), "[1] a||b|");
  EXPECT_EQ(rows_of("1,22,333,4444,55555,666666,7777777,88888888\n"),
            "[1] 1|22|333|4444|55555|666666|7777777|88888888");
}

TEST(CsvReader, TakesTheByteOrderMarkAway) {
  EXPECT_EQ(rows_of("\xEF\xBB\xBF"
                    "age,sex\n"),
            "[1] age|sex");
  EXPECT_EQ(rows_of("\xEF\xBB\xBF"), "");
}

TEST(CsvReader, SkipsEmptyLinesAndKeepsCounting) {
  EXPECT_EQ(rows_of("\na\n\r\n\nb\n\n"), "[2] a; [5] b");
}

TEST(CsvReader, UnderstandsQuotes) {
  EXPECT_EQ(rows_of("\"a\",\"b,c\"\n"), "[1] a|b,c");
  EXPECT_EQ(rows_of("\"say \"\"hi\"\"\",x\n"), "[1] say \"hi\"|x");
  EXPECT_EQ(rows_of("\"two\nlines\",x\nnext,y\n"), "[1] two\nlines|x; [3] next|y");
  EXPECT_EQ(rows_of("\"\",\"\"\r\n"), "[1] |");
  EXPECT_EQ(rows_of("\"a\"b,c\n"), "[1] ab|c");
}

TEST(CsvReader, RefusesAQuoteThatIsNeverClosed) {
  EXPECT_EQ(rows_of("a,b\n\"c,d\ne,f\n"),
            "[1] a|berror: t.csv: line 2: a quote is opened and never closed");
}

TEST(CsvReader, RefusesNulBytesAndNamesTheLine) {
  EXPECT_EQ(rows_of(std::string_view("a,b\nc\0,d\n", 9)),
            "[1] a|berror: t.csv: line 2: holds a NUL byte; is this a binary or UTF-16 file?");
}

TEST(CsvReader, RefusesLinesAndRowsThatAreTooLong) {
  EXPECT_EQ(rows_of(std::string(kCsvLineBytesMax, 'x')).size(), kCsvLineBytesMax + 4);
  EXPECT_EQ(rows_of("a\n" + std::string(kCsvLineBytesMax + 1, 'x') + "\n"),
            "[1] aerror: t.csv: line 2: longer than 64 KiB; is this a file of records?");
  EXPECT_EQ(rows_of("\"" + std::string(kCsvLineBytesMax / 2, '\n') +
                    std::string(kCsvLineBytesMax, 'x') + "\n"),
            "error: t.csv: line 1: a row longer than 64 KiB; is a quote never closed?");
  EXPECT_EQ(rows_of(std::string(kCsvFieldsMax, ',')),
            "error: t.csv: line 1: more than 4096 fields");
  EXPECT_EQ(rows_of("\"\"" + std::string(kCsvFieldsMax, ',')),
            "error: t.csv: line 1: more than 4096 fields");
}

/// Gives a line without end and counts how much of it is asked for.
class EndlessLine final : public ByteSource {
 public:
  explicit EndlessLine(std::uint64_t& given) : given_(given) {}
  Result<std::size_t> read(std::span<char> into) override {
    std::fill(into.begin(), into.end(), '7');
    given_ += into.size();
    return into.size();
  }
  std::uint64_t size() const override { return std::uint64_t{1} << 30; }

 private:
  std::uint64_t& given_;
};

TEST(CsvReader, ReadsOneBlockOfAnEndlessLineAndNoMore) {
  std::uint64_t given = 0;
  CsvReader reader(std::make_unique<EndlessLine>(given), "endless.csv");
  const auto next = reader.next();
  ASSERT_FALSE(next.ok());
  EXPECT_EQ(next.error().message,
            "endless.csv: line 1: longer than 64 KiB; is this a file of records?");
  EXPECT_LE(given, std::uint64_t{1} << 20);
}

/// Gives a text in pieces of random size.
class Dribble final : public ByteSource {
 public:
  Dribble(std::string_view text, std::uint64_t seed) : rest_(text), random_(seed) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t most = std::min(into.size(), rest_.size());
    const std::size_t given = most == 0 ? 0 : 1 + random_.below(std::min<std::size_t>(most, 7));
    std::copy_n(rest_.data(), given, into.data());
    rest_.remove_prefix(given);
    return given;
  }
  std::uint64_t size() const override { return rest_.size(); }

 private:
  std::string_view rest_;
  Random random_;
};

TEST(CsvReader, GivesTheSameRowsHoweverTheBytesArrive) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "12,\"a,\"\"b\",3.5\r\n" + std::to_string(i) + ",,x\n";
  const auto rows = [](std::unique_ptr<ByteSource> source) {
    CsvReader reader(std::move(source), "t.csv");
    std::string all;
    while (reader.next().take_value()) {
      for (const std::string_view field : reader.fields()) all.append(field) += '|';
      all += '\n';
    }
    return all;
  };
  const std::string expected = rows(make_text_source(text));
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    EXPECT_EQ(rows(std::make_unique<Dribble>(text, seed)), expected);
  }
}

TEST(OpenFileSource, RefusesWhatIsNoFileOfRecords) {
  const auto message = [](const std::filesystem::path& path) {
    const auto source = open_file_source(path);
    return source.ok() ? "opened" : source.error().message;
  };
  const std::filesystem::path folder = testing::TempDir();
  EXPECT_NE(message(folder).find("is a folder"), std::string::npos);
  EXPECT_NE(message(folder / "not_there.csv").find("No such file"), std::string::npos);
  EXPECT_NE(message("/dev/zero").find("is not a regular file"), std::string::npos);
  const std::filesystem::path empty = folder / "empty.csv";
  std::ofstream(empty).close();
  EXPECT_EQ(message(empty), empty.string() + ": is empty (0 bytes); was the download interrupted?");
}

TEST(Shown, HidesWhatATerminalWouldObeyAndCutsWhatIsLong) {
  EXPECT_EQ(shown("ab\x1b[31mc\n"), "ab?[31mc?");
  EXPECT_EQ(shown(std::string(41, 'x')), std::string(40, 'x') + "...");
}

}  // namespace
}  // namespace relearn
