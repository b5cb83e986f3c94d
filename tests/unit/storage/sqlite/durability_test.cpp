// More than one process, and processes that die.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <map>
#include <thread>

#include "base/random.h"
#include "unit/storage/sqlite/disk_faults.h"
#include "unit/storage/sqlite/opened_store.h"

namespace relearn {
namespace {

using testing::HasSubstr;
constexpr int kKills = 30;

constexpr unsigned kChildSecondsMax = 120;

/// Runs it in a child process, which does not outlive a failed test; what it returns is the exit
/// code.
pid_t start(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(kChildSecondsMax);
    std::_Exit(work());
  }
  return child;
}

int exit_code_of(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// A pipe of lines from children to the test.
class Lines {
 public:
  Lines() { EXPECT_EQ(::pipe(ends_), 0); }
  ~Lines() {
    ::close(ends_[0]);
    if (ends_[1] >= 0) ::close(ends_[1]);
  }
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;
  void say(const std::string& line) const {
    const std::string whole = line + "\n";
    if (::write(ends_[1], whole.data(), whole.size()) < 0) std::_Exit(9);
  }
  std::string wait_for_one() const {
    std::string line;
    for (char c = 0; ::read(ends_[0], &c, 1) == 1 && c != '\n';) line += c;
    return line;
  }
  /// Until every child has closed its end; a last line without an end was not said.
  std::vector<std::string> all() {
    ::close(std::exchange(ends_[1], -1));
    std::string text, line;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(ends_[0], buffer, sizeof buffer)) > 0;) {
      text.append(buffer, static_cast<std::size_t>(got));
    }
    std::vector<std::string> lines;
    for (const char c : text) {
      if (c == '\n') {
        lines.push_back(std::exchange(line, ""));
      } else {
        line += c;
      }
    }
    return lines;
  }

 private:
  int ends_[2] = {-1, -1};
};

TEST(Lock, ASecondProcessIsToldWhoWrites) {
  OpenedStore opened;
  opened.close();
  Lines lines;
  const pid_t child = start([&] {
    const auto store = opened.open();
    lines.say(store.ok() ? "open" : store.error().message);
    ::pause();
    return 0;
  });
  ASSERT_EQ(lines.wait_for_one(), "open");
  const auto refused = opened.open();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::Conflict);
  EXPECT_THAT(refused.error().message, HasSubstr(fmt::format("process {} is writing", child)));
  ::kill(child, SIGKILL);
  EXPECT_EQ(exit_code_of(child), -SIGKILL);
  EXPECT_TRUE(opened.open().ok());  // the lock ended with the process
}

TEST(Lock, ASecondStoreInTheSameProcessIsRefusedToo) {
  const OpenedStore opened;
  EXPECT_EQ(opened.open().error().kind, ErrorKind::Conflict);
}

TEST(Lock, OfTwoThatFightEachGetsItsTurnAndNoWriteIsLost) {
  OpenedStore opened;
  opened.close();
  const auto turns = [&opened](const char* name) {
    StoreOptions options = opened.options();
    options.lock_wait_max = std::chrono::seconds(30);
    for (int turn = 0; turn < 10; ++turn) {
      auto store = SqliteStore::open(options, opened.keys());
      if (!store.ok()) return 1;
      NewPrediction prediction = prediction_of(name);
      prediction.import_key = fmt::format("{}/{}", name, turn);
      const auto done = store.value()->add_predictions(std::span(&prediction, 1), {"p", "", kNow});
      if (!done.ok() || done.value()[0].result != Receipt::Result::Added) return 2;
    }
    return 0;
  };
  const pid_t a = start([&] { return turns("a"); }), b = start([&] { return turns("b"); });
  EXPECT_EQ(exit_code_of(a), 0);
  EXPECT_EQ(exit_code_of(b), 0);
  opened.reopen();
  EXPECT_EQ(opened.store->count_records("heart").value().found, 20u);
}

/// Writes from four threads until it is killed, saying each id when it is acknowledged.
int write_until_killed(const OpenedStore& opened, const Lines& acknowledged, int round) {
  const auto store = opened.open();
  if (!store.ok()) return 1;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0;; ++i) {
        NewPrediction prediction = prediction_of(fmt::format("person {}", i % 7));
        prediction.import_key = fmt::format("{}/{}/{}", round, t, i);
        const auto added =
            store.value()->add_predictions(std::span(&prediction, 1), {"p", "", kNow});
        if (!added.ok()) std::_Exit(2);
        const NewOutcomeEvent event = confirmed(added.value()[0].prediction);
        const auto told = store.value()->add_outcomes(std::span(&event, 1), {"o", "", kNow});
        if (!told.ok()) std::_Exit(3);
        acknowledged.say(prediction.import_key + " " + added.value()[0].prediction.text);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return 0;
}

TEST(Kill, AfterSigkillAtAnyMomentEveryAcknowledgedWriteIsThere) {
  OpenedStore opened;
  opened.close();
  Random random(7);
  std::map<std::string, std::string> acknowledged;
  for (int round = 0; round < kKills; ++round) {
    Lines lines;
    const pid_t child = start([&] { return write_until_killed(opened, lines, round); });
    // At any moment; every other time of work that has begun, which may be late on a busy machine.
    std::vector<std::string> first;
    if (round % 2 == 0) first.push_back(lines.wait_for_one());
    std::this_thread::sleep_for(std::chrono::milliseconds(random.below(100)));
    ::kill(child, SIGKILL);
    ASSERT_EQ(exit_code_of(child), -SIGKILL);
    auto told = lines.all();
    told.insert(told.end(), first.begin(), first.end());
    for (const std::string& line : told) {
      const auto space = line.find(' ');
      acknowledged[line.substr(0, space)] = line.substr(space + 1);
    }
  }
  opened.reopen();
  for (const auto& [key, id] : acknowledged) {
    const auto found = opened.store->find_imported(key).take_value();
    ASSERT_TRUE(found) << key;
    EXPECT_EQ(found->id.text, id);
  }
  EXPECT_GT(acknowledged.size(), 50u);
  const RecordCounts counts = opened.store->count_records("heart").value();
  EXPECT_GE(counts.confirmed, acknowledged.size());
  EXPECT_EQ(opened.query("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(opened.query("SELECT count(*) FROM erasure"), "0");
}

TEST(Disk, AFailedCommitEndsTheProcessWithCode70AndTheNextStartIsClean) {
  OpenedStore opened;
  const PredictionId before = opened.add(prediction_of("mrn-1")).prediction;
  opened.close();
  const pid_t child = start([&] {
    const auto store = opened.open();
    if (!store.ok()) return 1;
    disk_faults().fails = true;
    const NewPrediction prediction = prediction_of("mrn-2");
    const auto added = store.value()->add_predictions(std::span(&prediction, 1), {"p", "", kNow});
    return added.ok() ? 2 : 3;  // neither is reached
  });
  EXPECT_EQ(exit_code_of(child), 70);
  opened.reopen();
  EXPECT_TRUE(opened.store->find_prediction(before).value());
  EXPECT_EQ(opened.query("PRAGMA integrity_check"), "ok");
}

}  // namespace
}  // namespace relearn
