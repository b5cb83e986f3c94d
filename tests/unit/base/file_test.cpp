#include "base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

namespace relearn {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A folder of its own that ends with the test.
class FileTest : public testing::Test {
 protected:
  FileTest() {
    std::string name = testing::TempDir() + "relearn-file-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~FileTest() override { fs::remove_all(folder_); }

  std::string content(const fs::path& path) {
    const auto bytes = read_file(path, 1 << 20);
    return bytes.ok() ? bytes.value() : "error: " + bytes.error().message;
  }
  std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(folder_))
      all.push_back(entry.path().filename());
    return all;
  }

  fs::path folder_;
};

TEST_F(FileTest, WritesAndReadsAnyBytes) {
  const std::string bytes("a\0b\xff\n", 5);
  ASSERT_TRUE(write_file_atomically(folder_ / "x", bytes).ok());
  EXPECT_EQ(content(folder_ / "x"), bytes);
  ASSERT_TRUE(write_file_atomically(folder_ / "x", "").ok());
  EXPECT_EQ(content(folder_ / "x"), "");
  EXPECT_THAT(names(), testing::ElementsAre("x"));
}

TEST_F(FileTest, MakesMissingFolders) {
  ASSERT_TRUE(write_file_atomically(folder_ / "a" / "b" / "x", "1").ok());
  EXPECT_EQ(content(folder_ / "a" / "b" / "x"), "1");
}

TEST_F(FileTest, RefusesFoldersMissingSpecialAndLargeFiles) {
  const auto refusal = [](const fs::path& path, std::uint64_t limit) {
    const auto bytes = read_file(path, limit);
    return bytes.ok() ? "read" : bytes.error().message;
  };
  EXPECT_THAT(refusal(folder_, 10), HasSubstr("is a folder; a file is needed"));
  EXPECT_THAT(refusal(folder_ / "none", 10), HasSubstr("No such file"));
  EXPECT_EQ(read_file(folder_ / "none", 10).error().kind, ErrorKind::NotFound);
  ASSERT_EQ(mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(refusal(folder_ / "pipe", 10), HasSubstr("is not a regular file"));
  ASSERT_TRUE(write_file_atomically(folder_ / "x", "12345").ok());
  EXPECT_THAT(refusal(folder_ / "x", 4), HasSubstr("holds 5 bytes, the limit is 4"));
  EXPECT_EQ(refusal(folder_ / "x", 5), "read");
}

TEST_F(FileTest, ATargetThatCannotBeReplacedStaysAndNothingIsLeftBehind) {
  fs::create_directories(folder_ / "x" / "inside");  // a folder with content cannot be renamed onto
  const auto result = write_file_atomically(folder_ / "x", "new");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::Unavailable);
  EXPECT_THAT(result.error().message, HasSubstr("cannot rename to"));
  EXPECT_THAT(names(), testing::ElementsAre("x"));
}

TEST_F(FileTest, AFolderThatIsAFileIsAnError) {
  ASSERT_TRUE(write_file_atomically(folder_ / "x", "old").ok());
  EXPECT_FALSE(write_file_atomically(folder_ / "x" / "y", "new").ok());
  EXPECT_EQ(content(folder_ / "x"), "old");
}

// A full disk, as a limit on the size of files: write() fails after the first 4096 bytes.
TEST_F(FileTest, AFullDiskLeavesTheOldFileWhole) {
  ASSERT_TRUE(write_file_atomically(folder_ / "x", "old").ok());
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{4096, before.rlim_max};
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto result = write_file_atomically(folder_ / "x", std::string(10'000, 'n'));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().message, HasSubstr("cannot write: File too large"));
  EXPECT_EQ(content(folder_ / "x"), "old");
  EXPECT_THAT(names(), testing::ElementsAre("x"));
}

TEST_F(FileTest, WhoeverHasTheOldFileOpenKeepsTheOldBytes) {
  ASSERT_TRUE(write_file_atomically(folder_ / "x", "old").ok());
  struct stat before {
  }, after{};
  ASSERT_EQ(stat((folder_ / "x").c_str(), &before), 0);
  fs::create_hard_link(folder_ / "x", folder_ / "still open");
  ASSERT_TRUE(write_file_atomically(folder_ / "x", "new").ok());
  ASSERT_EQ(stat((folder_ / "x").c_str(), &after), 0);
  EXPECT_NE(before.st_ino, after.st_ino);
  EXPECT_EQ(content(folder_ / "still open"), "old");
  EXPECT_EQ(content(folder_ / "x"), "new");
}

}  // namespace
}  // namespace relearn
