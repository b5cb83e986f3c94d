#include "learning/cohort/decimal.h"

#include <gtest/gtest.h>

#include <string>

#include "base/random.h"
#include "base/text.h"

namespace relearn {
namespace {

TEST(ParseDecimal, AgreesWithTheLongWayOnEveryText) {
  const char* texts[] = {"",
                         "0",
                         "-0",
                         "63.0",
                         ".7",
                         "7.",
                         "-.5",
                         "+3",
                         "1e3",
                         "nan",
                         "inf",
                         "0x1",
                         "1,5",
                         "12 ",
                         "-",
                         ".",
                         "--1",
                         "1.2.3",
                         "1e999",
                         "999999999999999999999",
                         "9007199254740993",
                         "0.000000000000000001",
                         "123456789012345678",
                         "1.-2",
                         "\x80"};
  for (const char* text : texts) {
    const auto fast = parse_decimal(text), slow = parse_number(text);
    ASSERT_EQ(fast.has_value(), slow.has_value()) << text;
    if (fast) {
      EXPECT_EQ(*fast, *slow) << text;
    }
  }
  Random random(1);
  constexpr std::string_view kAlphabet = "00123456789.-";
  for (int i = 0; i < 100'000; ++i) {
    std::string text;
    for (std::uint64_t length = 1 + random.below(20); length > 0; --length) {
      text += kAlphabet[random.below(kAlphabet.size())];
    }
    const auto fast = parse_decimal(text), slow = parse_number(text);
    ASSERT_EQ(fast.has_value(), slow.has_value()) << text;
    if (fast) {
      ASSERT_EQ(*fast, *slow) << text;
    }
  }
}

}  // namespace
}  // namespace relearn
