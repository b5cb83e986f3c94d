#include "base/signature.h"

#include <gtest/gtest.h>

#include <string>

namespace relearn {
namespace {

// RFC 8032, section 7.1, TEST 2: the message is the one byte 0x72.
constexpr std::string_view kKey = "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=";
constexpr std::string_view kSignature =
    "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA==";

TEST(Signature, OfTheStandardIsRight) { EXPECT_TRUE(is_signed_by(kKey, "r", kSignature)); }

TEST(Signature, EveryChangedLetterIsWrong) {
  EXPECT_FALSE(is_signed_by(kKey, "s", kSignature));
  EXPECT_FALSE(is_signed_by(kKey, "", kSignature));
  for (std::size_t i = 0; i < kSignature.size(); ++i) {
    for (const char other : {'A', 'B', 'Q', '='}) {
      std::string changed(kSignature);
      if (changed[i] == other) continue;
      changed[i] = other;
      EXPECT_FALSE(is_signed_by(kKey, "r", changed)) << i << " " << other;
    }
  }
  for (std::size_t i = 0; i < kKey.size(); ++i) {
    std::string changed(kKey);
    changed[i] = changed[i] == 'C' ? 'D' : 'C';
    EXPECT_FALSE(is_signed_by(changed, "r", kSignature)) << i;
  }
}

TEST(Signature, WhatIsNoneIsWrong) {
  EXPECT_FALSE(is_signed_by(kKey, "r", ""));
  EXPECT_FALSE(is_signed_by("", "r", kSignature));
  EXPECT_FALSE(is_signed_by(kKey, "r", std::string(kSignature) + "A"));
  EXPECT_FALSE(is_signed_by(kKey, "r", kSignature.substr(0, 86)));
}

}  // namespace
}  // namespace relearn
