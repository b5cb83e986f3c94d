#include "service/child/line_splitter.h"

#include <gtest/gtest.h>

#include <vector>

namespace relearn {
namespace {

TEST(LineSplitter, PiecesOfAnySizeGiveTheSameLines) {
  const std::string text = "first\n\nthird line\nrest";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    LineSplitter lines(100);
    std::vector<std::string> heard;
    for (std::size_t at = 0; at < text.size(); at += size) {
      const auto done =
          lines.add(std::string_view(text).substr(at, size), [&](std::string_view line) {
            heard.emplace_back(line);
            return Result<void>{};
          });
      ASSERT_TRUE(done.ok());
    }
    EXPECT_EQ(heard, (std::vector<std::string>{"first", "", "third line"})) << size;
    EXPECT_EQ(lines.rest(), "rest");
  }
}

TEST(LineSplitter, ALineOfTheLimitPassesAndOneByteMoreDoesNot) {
  const auto take = [](std::string_view) { return Result<void>{}; };
  LineSplitter lines(4);
  EXPECT_TRUE(lines.add("1234\n", take).ok());
  EXPECT_TRUE(lines.add("123", take).ok());
  EXPECT_FALSE(lines.add("45", take).ok());
}

}  // namespace
}  // namespace relearn
