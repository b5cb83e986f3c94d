#include "service/access/session_token.h"

#include <gtest/gtest.h>

namespace relearn {
namespace {

const std::string kId(64, 'a');

std::string keyed(std::string_view domain, std::string_view text) {
  return "hash of " + std::string(domain) + "/" + std::string(text);
}

TEST(SessionTokens, AreReadBackByWhoMadeThem) {
  const std::string token = session_token(kId, keyed);
  EXPECT_EQ(session_of_token(token, keyed), kId);
}

TEST(SessionTokens, OfAnotherKeyOrChangedInAnyByteAreNone) {
  const std::string token = session_token(kId, keyed);
  const auto other = [](std::string_view, std::string_view text) { return std::string(text); };
  EXPECT_FALSE(session_of_token(token, other));
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(session_of_token(changed, keyed)) << i;
    EXPECT_FALSE(session_of_token(token.substr(0, i), keyed)) << i;
  }
  EXPECT_FALSE(session_of_token(token + "a", keyed));
}

TEST(SessionTokens, OfOtherMakersAreNoneWhateverTheySayOfThemselves) {
  for (const char* const token : {"", ".", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.",
                                  "eyJhbGciOiJIUzI1NiIsImtpZCI6Ii4uLy4uL2Rldi9udWxsIn0.e30.c2ln"}) {
    EXPECT_FALSE(session_of_token(token, keyed)) << token;
  }
  const std::string not_hexadecimal(64, 'g');
  EXPECT_FALSE(session_of_token(session_token(not_hexadecimal, keyed), keyed));
}

}  // namespace
}  // namespace relearn
