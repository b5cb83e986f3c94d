#include "service/secrets/key_ring.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <set>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/signature.h"
#include "support/scratch_folder.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
using ::testing::TempDir;

constexpr SecretPlace kPlace{"users", "email", "row 1"};
constexpr std::string_view kName = "Maria Gonzalez";

class KeyRingTest : public testing::Test {
 protected:
  KeyRing ring() { return KeyRing::create(key_).take_value(); }

  /// A key file of this text, readable by its owner only.
  ErrorKind refusal_of(const std::string& text, mode_t mode = 0600) {
    EXPECT_TRUE(write_file_atomically(key_, text).ok());
    EXPECT_EQ(::chmod(key_.c_str(), mode), 0);
    const auto loaded = KeyRing::load(key_);
    EXPECT_FALSE(loaded.ok());
    return loaded.ok() ? ErrorKind::BrokenInvariant : loaded.error().kind;
  }

  const ScratchFolder scratch_;
  const fs::path key_ = scratch_.path() / "key";
};

std::string key_line(std::string_view name, int first) {
  std::string line = fmt::format("{} ", name);
  for (int i = 0; i < 32; ++i) line += fmt::format("{:02x}", (first + 7 * i) % 256);
  return line + "\n";
}

TEST_F(KeyRingTest, WhatWasSealedOpensAtItsPlaceAlsoAfterLoadingTheKeysAgain) {
  const KeyRing made = ring();
  const std::string sealed = made.seal(kName, kPlace);
  EXPECT_EQ(made.open(sealed, kPlace).value(), kName);
  const KeyRing loaded = KeyRing::load(key_).take_value();
  EXPECT_EQ(loaded.open(sealed, kPlace).value(), kName);
  EXPECT_EQ(loaded.fingerprint(), made.fingerprint());
  EXPECT_EQ(loaded.index("email", kName), made.index("email", kName));
}

TEST_F(KeyRingTest, WhatItSignsAnybodyMayCheckAndTheSameFileSignsTheSameForEver) {
  const KeyRing made = ring();
  const std::string signature = made.sign("an entry");
  EXPECT_TRUE(is_signed_by(made.public_key(), "an entry", signature));
  EXPECT_FALSE(is_signed_by(made.public_key(), "another", signature));
  const KeyRing loaded = KeyRing::load(key_).take_value();
  EXPECT_EQ(loaded.public_key(), made.public_key());
  EXPECT_EQ(loaded.sign("an entry"), signature);
  const KeyRing others = KeyRing::create(scratch_.path() / "others").take_value();
  EXPECT_FALSE(is_signed_by(others.public_key(), "an entry", signature));
  // A new key to seal with changes nothing: what was signed stays signed by the same one.
  std::string text = read_file(key_, 1000).take_value();
  ASSERT_TRUE(write_file_atomically(key_, text + key_line("seal 2", 5)).ok());
  ASSERT_EQ(::chmod(key_.c_str(), 0600), 0);
  EXPECT_EQ(KeyRing::load(key_).value().public_key(), made.public_key());
}

TEST_F(KeyRingTest, EveryLengthAndEveryByteIsKept) {
  const KeyRing keys = ring();
  std::string plain;
  for (int i = 0; i < 600; ++i) {
    EXPECT_EQ(keys.open(keys.seal(plain, kPlace), kPlace).value(), plain);
    plain += static_cast<char>(i % 256);
  }
  EXPECT_EQ(keys.seal("", kPlace), "");
}

TEST_F(KeyRingTest, TheSameTextSealedTwiceLooksDifferentAndShowsNothingOfIt) {
  const KeyRing keys = ring();
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(keys.seal(kName, kPlace));
  EXPECT_EQ(seen.size(), 1000u);
  EXPECT_EQ(seen.begin()->find("Maria"), std::string::npos);
}

TEST_F(KeyRingTest, AnyChangedByteIsNoticed) {
  const KeyRing keys = ring();
  const std::string sealed = keys.seal(kName, kPlace);
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    for (const char other : std::string_view("A/z0-_= ")) {
      if (sealed[at] == other) continue;
      std::string changed = sealed;
      changed[at] = other;
      const auto opened = keys.open(changed, kPlace);
      ASSERT_FALSE(opened.ok()) << "byte " << at << " as " << other;
      EXPECT_EQ(opened.error().kind, ErrorKind::BrokenInvariant);
      EXPECT_EQ(opened.error().message.find(kName), std::string::npos);
    }
  }
}

TEST_F(KeyRingTest, ACutOrLengthenedTextIsNoticed) {
  const KeyRing keys = ring();
  const std::string sealed = keys.seal(kName, kPlace);
  for (std::size_t length = 1; length < sealed.size(); ++length) {
    EXPECT_FALSE(keys.open(sealed.substr(0, length), kPlace).ok()) << length;
  }
  EXPECT_FALSE(keys.open(sealed + "AAAA", kPlace).ok());
  EXPECT_FALSE(keys.open(sealed + sealed, kPlace).ok());
}

TEST_F(KeyRingTest, ATextMovedToAnotherRowColumnOrTableDoesNotOpen) {
  const KeyRing keys = ring();
  const std::string sealed = keys.seal(kName, kPlace);
  const SecretPlace elsewhere[] = {{"users", "email", "row 2"},   {"users", "name", "row 1"},
                                   {"persons", "email", "row 1"}, {"users", "emailrow 1", ""},
                                   {"usersemail", "", "row 1"},   {"users", "email", ""},
                                   {"users", "email", "row 1 "}};
  for (const SecretPlace& place : elsewhere) {
    EXPECT_FALSE(keys.open(sealed, place).ok()) << place.table << place.column << place.row;
  }
}

TEST_F(KeyRingTest, OtherKeysOpenNothingAndFindNothing) {
  const KeyRing keys = ring();
  const KeyRing others = KeyRing::create(scratch_.path() / "other").take_value();
  EXPECT_FALSE(others.open(keys.seal(kName, kPlace), kPlace).ok());
  EXPECT_NE(others.fingerprint(), keys.fingerprint());
  EXPECT_NE(others.index("email", kName), keys.index("email", kName));
}

TEST_F(KeyRingTest, AnIndexDependsOnItsDomainAndNothingRunsTogether) {
  const KeyRing keys = ring();
  EXPECT_EQ(keys.index("email", kName).size(), 43u);
  const std::set<std::string> different = {keys.index("email", "ab"), keys.index("reference", "ab"),
                                           keys.index("emaila", "b"), keys.index("", "emailab"),
                                           keys.index("email", "")};
  EXPECT_EQ(different.size(), 5u);
}

TEST_F(KeyRingTest, ANewKeySealsAndTheOldOneStillOpens) {
  const std::string head = "relearn-keys 1\n" + key_line("index", 1);
  ASSERT_TRUE(write_file_atomically(key_, head + key_line("seal 1", 2)).ok());
  ASSERT_EQ(::chmod(key_.c_str(), 0600), 0);
  const KeyRing before = KeyRing::load(key_).take_value();
  const std::string old = before.seal(kName, kPlace);
  ASSERT_TRUE(
      write_file_atomically(key_, head + key_line("seal 1", 2) + key_line("seal 2", 3)).ok());
  ASSERT_EQ(::chmod(key_.c_str(), 0600), 0);
  const KeyRing after = KeyRing::load(key_).take_value();
  EXPECT_EQ(after.fingerprint(), before.fingerprint());
  EXPECT_EQ(after.open(old, kPlace).value(), kName);
  EXPECT_FALSE(before.open(after.seal(kName, kPlace), kPlace).ok());
}

TEST_F(KeyRingTest, ANewKeyFileBelongsToItsOwnerOnlyAndIsNeverReplaced) {
  ring();
  struct stat status {};
  ASSERT_EQ(::stat(key_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  const std::string before = read_file(key_, 4096).take_value();
  const auto again = KeyRing::create(key_);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(read_file(key_, 4096).value(), before);
  EXPECT_EQ(std::distance(fs::directory_iterator(scratch_.path()), fs::directory_iterator()), 1);
}

TEST_F(KeyRingTest, OfManyWhoMakeItAtOnceOneDoes) {
  std::atomic<int> made = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { made += KeyRing::create(key_).ok() ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 1);
  EXPECT_TRUE(KeyRing::load(key_).ok());
}

TEST_F(KeyRingTest, WhatIsNoKeyFileIsRefused) {
  EXPECT_EQ(KeyRing::load(key_).error().kind, ErrorKind::NotFound);
  const std::string head = "relearn-keys 1\n", index = key_line("index", 1);
  const std::string seal = key_line("seal 1", 2);
  const std::string zeros = "seal 1 " + std::string(64, '0') + "\n";
  const std::vector<std::string> wrong = {"",
                                          "hunter2\n",
                                          "relearn-keys 2\n" + index + seal,
                                          head,
                                          head + index,
                                          head + seal,
                                          head + index + index + seal,
                                          head + index + seal + seal,
                                          head + index + zeros,
                                          head + index + "seal 1 " + std::string(64, 'a') + "\n",
                                          head + index + seal.substr(0, seal.size() - 3) + "\n",
                                          head + index + seal.substr(0, seal.size() - 1) + "00\n",
                                          head + index + key_line("seal 0", 2),
                                          head + index + key_line("seal -1", 2),
                                          head + index + key_line("seal x", 2),
                                          head + index + key_line("seal 1", 1),
                                          head + index + seal + "and more\n",
                                          std::string(20'000, 'x')};
  for (const std::string& text : wrong) {
    EXPECT_EQ(refusal_of(text), ErrorKind::InvalidInput) << text.substr(0, 300);
  }
  // The control: the same pieces in order are keys.
  ASSERT_TRUE(write_file_atomically(key_, head + "# a comment\n\n" + index + seal).ok());
  ASSERT_EQ(::chmod(key_.c_str(), 0600), 0);
  EXPECT_TRUE(KeyRing::load(key_).ok());
  for (const mode_t mode : {0640u, 0604u, 0644u, 0620u, 0666u}) {
    EXPECT_EQ(refusal_of(head + index + seal, mode), ErrorKind::NotAllowed) << mode;
  }
}

}  // namespace
}  // namespace relearn
