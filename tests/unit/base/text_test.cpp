#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <clocale>

namespace relearn {
namespace {

TEST(ParseNumber, ReadsWhatRealFilesHold) {
  const std::pair<const char*, double> rows[] = {
      {"63.0", 63}, {".7", 0.7}, {"-1e3", -1000}, {"0", 0},
      {"28", 28},   {"+5", 5},   {"1E-2", 0.01},  {"5.", 5},
  };
  for (const auto& [text, value] : rows) EXPECT_EQ(parse_number(text), value) << text;
}

TEST(ParseNumber, RefusesEverythingElse) {
  for (const char* text : {"", " ", "?", "nan", "NaN", "inf", "-inf", "infinity", "0x1", "1 ", " 1",
                           "1,5", "12a", "--1", "+-1", "++1", "1e", "1e999", "."}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << '"' << text << '"';
  }
}

TEST(Trim, TakesBlanksOffBothEndsOnly) {
  EXPECT_EQ(trim(" \ta b\r\n"), "a b");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim(" \r\n"), "");
}

TEST(Split, KeepsEmptyParts) {
  EXPECT_THAT(split("a,,b,", ','), testing::ElementsAre("a", "", "b", ""));
  EXPECT_THAT(split("", ','), testing::ElementsAre(""));
}

}  // namespace
}  // namespace relearn
