// The reader of the Python platform's file, against files that it did not expect.
#include "storage/healthpredict/platform_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/file.h"
#include "base/random.h"
#include "support/scratch_folder.h"

namespace relearn {
namespace {

class PlatformReader : public testing::Test {
 protected:
  /// A database made by python3's sqlite3, as the platform makes its own.
  std::filesystem::path database(const std::string& name, const std::string& sql) {
    const auto path = scratch_.path() / name;
    const auto script = scratch_.path() / "script.sql";
    if (!write_file_atomically(script, sql).ok()) std::abort();
    const std::string command = fmt::format(
        "python3 -c 'import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); "
        "d.executescript(open(sys.argv[2]).read()); d.commit()' '{}' '{}'",
        path.string(), script.string());
    if (std::system(command.c_str()) != 0) std::abort();
    return path;
  }

  std::filesystem::path platform() {
    const auto path = scratch_.path() / "users.db";
    const std::string command = fmt::format("python3 '{}/tests/support/platform_database.py' '{}'",
                                            RELEARN_SOURCE_DIR, path.string());
    if (std::system(command.c_str()) != 0) std::abort();
    return path;
  }

  ScratchFolder scratch_;
};

/// Everything it gives, or its error.
Result<std::pair<std::vector<PlatformUser>, std::vector<PlatformPrediction>>> read_all(
    const std::filesystem::path& path) {
  const auto reader = TRY(open_healthpredict(path));
  std::pair<std::vector<PlatformUser>, std::vector<PlatformPrediction>> all;
  TRY(reader->visit_users([&](const PlatformUser& user) -> Result<void> {
    all.first.push_back(user);
    return {};
  }));
  TRY(reader->visit_predictions([&](const PlatformPrediction& row) -> Result<void> {
    all.second.push_back(row);
    return {};
  }));
  return all;
}

TEST_F(PlatformReader, GivesEveryRowAsItStandsAndLeavesTheFileAsItWas) {
  const auto path = platform();
  const std::string before = read_file(path, 1 << 20).take_value();
  const auto [users, rows] = read_all(path).take_value();
  ASSERT_EQ(users.size(), 6u);
  EXPECT_EQ(users[1].email, "Boss@Example.org");
  EXPECT_TRUE(users[1].is_admin);
  EXPECT_EQ(users[2].password, "hunter2");
  EXPECT_EQ(users[5].password, "") << "NULL";
  EXPECT_EQ(users[5].full_name, "सीता");
  ASSERT_EQ(rows.size(), 16u);
  EXPECT_EQ(rows[0].outcome, "82.4% Risk");
  EXPECT_EQ(rows[0].timestamp, "2024-03-11 10:20:30.123456");
  EXPECT_EQ(rows[0].user, 1);
  EXPECT_FALSE(rows[10].user) << "NULL";
  EXPECT_EQ(read_file(path, 1 << 20).take_value(), before);
}

TEST_F(PlatformReader, TypesThatSqliteLetsThroughBecomeText) {
  const auto path = database(
      "odd.db",
      "CREATE TABLE users (id INTEGER PRIMARY KEY, email, password, fullname, is_admin);"
      "CREATE TABLE predictions (id INTEGER PRIMARY KEY, user_id, type, inputs, outcome, "
      "timestamp);"
      "INSERT INTO users VALUES (1, x'00ff41', 12345, NULL, 'true'), (2, 'b', NULL, 7, 'no');"
      "INSERT INTO predictions VALUES (1, 'x', 3, 4.5, NULL, 1700000000);"
      "INSERT INTO predictions VALUES (2, 2, 'Diabetes', "
      "replace(hex(zeroblob(200000)), '00', 'ab'), '', '');");
  const auto [users, rows] = read_all(path).take_value();
  EXPECT_EQ(users[0].password, "12345");
  EXPECT_TRUE(users[0].is_admin);
  EXPECT_FALSE(users[1].is_admin);
  EXPECT_EQ(rows[0].type, "3");
  EXPECT_EQ(rows[0].inputs, "4.5");
  EXPECT_EQ(rows[1].inputs.size(), 65536u) << "no text of any length is taken into memory";
}

TEST_F(PlatformReader, NamesTheTableOrColumnThatIsMissing) {
  const auto other = read_all(database("a.db", "CREATE TABLE notes (id INTEGER);"));
  ASSERT_FALSE(other.ok());
  EXPECT_THAT(other.error().message, testing::HasSubstr("has no table users"));
  const auto older = read_all(
      database("b.db",
               "CREATE TABLE users (id, email, password, fullname);"
               "CREATE TABLE predictions (id, user_id, type, inputs, outcome, timestamp);"));
  ASSERT_FALSE(older.ok());
  EXPECT_THAT(older.error().message, testing::HasSubstr("table users has no column is_admin"));
}

TEST_F(PlatformReader, AnErrorOfTheVisitorStopsIt) {
  const auto reader = open_healthpredict(platform()).take_value();
  int visited = 0;
  const auto result = reader->visit_users([&](const PlatformUser&) -> Result<void> {
    ++visited;
    return unavailable("enough");
  });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message, "enough");
  EXPECT_EQ(visited, 1);
}

TEST_F(PlatformReader, ADamagedFileIsAnErrorOrGivesRowsNeverACrash) {
  const std::string good = read_file(platform(), 1 << 20).take_value();
  std::size_t tried = 0, refused = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Random random(seed);
    std::string bytes = good;
    if (seed % 3 == 0) bytes.resize(16 + random.below(bytes.size() - 16));
    for (int i = 0; i < 30; ++i) {
      bytes[16 + random.below(bytes.size() - 16)] = static_cast<char>(random.below(256));
    }
    const auto path = scratch_.path() / "damaged.db";
    ASSERT_TRUE(write_file_atomically(path, bytes).ok());
    refused += !read_all(path).ok();
    ++tried;
  }
  EXPECT_EQ(tried, 300u);
  EXPECT_GT(refused, 100u) << "the damage does reach the reader";
}

}  // namespace
}  // namespace relearn
