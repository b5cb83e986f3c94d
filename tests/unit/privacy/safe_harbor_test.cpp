// The specification of the 18 identifiers has all 18, each with cases of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/file.h"
#include "base/text.h"

namespace relearn {
namespace {

TEST(SafeHarbor, TheSpecificationHasTwoCasesAtLeastForEachOfTheEighteen) {
  const auto text = read_file(
      std::filesystem::path(RELEARN_SOURCE_DIR) / "tests/specs/safe_harbor.deid", 1 << 20);
  ASSERT_TRUE(text.ok()) << text.error().message;
  std::string letters;
  std::map<char, int> refused;
  for (const std::string_view line : split(text.value(), '\n')) {
    const bool title = line.size() > 5 && line.starts_with("# ") && line.substr(3, 2) == ". ";
    if (title) letters += line[2];
    if (line.starts_with("passes") && line.ends_with("no") && !letters.empty()) {
      ++refused[letters.back()];
    }
  }
  EXPECT_EQ(letters, "ABCDEFGHIJKLMNOPQR") << "lettered as in 45 CFR 164.514(b)(2)(i)";
  for (const char letter : letters) EXPECT_GE(refused[letter], 2) << letter;
}

}  // namespace
}  // namespace relearn
