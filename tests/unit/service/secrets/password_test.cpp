#include "service/secrets/password.h"

#include <gtest/gtest.h>

namespace relearn {
namespace {

// Test vectors of other people's implementations: the first two from the Openwall crypt_blowfish
// wrapper.c self-test, the third from the Python package bcrypt (tests/test_bcrypt.py).
constexpr const char* kOpenwall = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
constexpr const char* kOpenwallLonger =
    "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK";
constexpr const char* kPython = "$2b$04$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm";

TEST(Password, ItsHashIsArgon2idOfTheDeclaredCostAndKnowsItAgain) {
  const std::string hash = hash_password("correct horse battery").take_value();
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=65536,t=3,p=1$")) << hash;
  EXPECT_EQ(check_password("correct horse battery", hash), PasswordCheck::Right);
  EXPECT_EQ(check_password("correct horse batterz", hash), PasswordCheck::Wrong);
  EXPECT_EQ(check_password("", hash), PasswordCheck::Wrong);
  EXPECT_NE(hash_password("correct horse battery").value(), hash);
}

TEST(Password, ATooShortOrTooLongOneIsRefused) {
  EXPECT_EQ(hash_password("eleven char").error().kind, ErrorKind::InvalidInput);
  EXPECT_EQ(hash_password("").error().kind, ErrorKind::InvalidInput);
  EXPECT_EQ(hash_password(std::string(1025, 'x')).error().kind, ErrorKind::InvalidInput);
  EXPECT_TRUE(hash_password("twelve chars").ok());
}

TEST(Password, ALowCostArgon2idIsRightButMadeAgain) {
  // From the reference implementation's test.c (P-H-C/phc-winner-argon2): t=2, m=2^8, p=1.
  const char* const cheap =
      "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
  EXPECT_EQ(check_password("password", cheap), PasswordCheck::RightButRehash);
  EXPECT_EQ(check_password("passwore", cheap), PasswordCheck::Wrong);
}

TEST(Password, OldBcryptStillWorksAndIsMadeAgain) {
  EXPECT_EQ(check_password("U*U", kOpenwall), PasswordCheck::RightButRehash);
  EXPECT_EQ(check_password("U*U*", kOpenwallLonger), PasswordCheck::RightButRehash);
  EXPECT_EQ(check_password("Kk4DQuMMfZL9o", kPython), PasswordCheck::RightButRehash);
  EXPECT_EQ(check_password("U*U", kOpenwallLonger), PasswordCheck::Wrong);
  EXPECT_EQ(check_password("u*u", kOpenwall), PasswordCheck::Wrong);
  EXPECT_EQ(check_password(std::string_view("U*U\0more", 8), kOpenwall), PasswordCheck::Wrong);
}

TEST(Password, StoredPlainTextIsNeverAPassword) {
  for (const std::string stored : {"secret", "", "*", "$2a$", "$1$abc$def", "$argon2id$", "x"}) {
    EXPECT_EQ(check_password(stored, stored), PasswordCheck::Wrong) << stored;
  }
  EXPECT_EQ(check_password("U*U", std::string(kOpenwall) + "x"), PasswordCheck::Wrong);
}

TEST(Password, ACostThatWouldTakeAllDayIsNotTried) {
  std::string costly = kOpenwall;
  costly.replace(4, 2, "31");
  EXPECT_TRUE(is_bcrypt(costly));
  EXPECT_EQ(check_password("U*U", costly), PasswordCheck::Wrong);
}

TEST(Password, OnlyTheThreeKindsOfBcryptAreBcrypt) {
  EXPECT_TRUE(is_bcrypt(kOpenwall));
  EXPECT_TRUE(is_bcrypt(kPython));
  std::string other = kOpenwall;
  for (const std::string_view kind : {"$2x$05$", "$2a$03$", "$2a$32$", "$2a$5$C", "$1a$05$"}) {
    other.replace(0, 7, kind);
    EXPECT_FALSE(is_bcrypt(other)) << other;
  }
  other = kOpenwall;
  other.back() = '!';
  EXPECT_FALSE(is_bcrypt(other));
  EXPECT_FALSE(is_bcrypt(std::string(kOpenwall).substr(0, 59)));
}

}  // namespace
}  // namespace relearn
