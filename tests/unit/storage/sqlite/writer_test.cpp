#include "storage/sqlite/writer.h"

#include <gtest/gtest.h>
#include <soci/soci.h>

#include <future>
#include <thread>
#include <vector>

#include "support/scratch_folder.h"
#include "unit/storage/sqlite/disk_faults.h"

namespace relearn {
namespace {

class WriterTest : public testing::Test {
 protected:
  WriterTest() {
    session_ = open_connection(scratch_.path() / "a.db", Access::Write).take_value();
    run_script(*session_, "CREATE TABLE t (x INTEGER PRIMARY KEY)");
    writer_ = std::make_unique<Writer>(session_, [this](const std::string&) { ++fatal_; });
  }
  ~WriterTest() override { disk_faults().fails = disk_faults().full = false; }

  static Writer::Work insert(long long x) {
    return [x](soci::session& session) -> Result<void> {
      session << "INSERT INTO t (x) VALUES (:x)", soci::use(x);
      return {};
    };
  }
  long long count() {
    const Session reader = open_connection(scratch_.path() / "a.db", Access::Read).take_value();
    return number_of(*reader, "SELECT count(*) FROM t");
  }

  const ScratchFolder scratch_;
  Session session_;
  std::atomic<int> fatal_ = 0;
  std::unique_ptr<Writer> writer_;
};

/// Many units at once: the first waits until all others are in the queue.
std::vector<Result<void>> run_together(Writer& writer, std::vector<Writer::Work> works) {
  std::promise<void> started, go_on;
  std::vector<std::future<Result<void>>> futures;
  futures.push_back(std::async(std::launch::async, [&] {
    return writer.run([&](soci::session&) -> Result<void> {
      started.set_value();
      go_on.get_future().wait();
      return {};
    });
  }));
  started.get_future().wait();
  for (Writer::Work& work : works) {
    futures.push_back(
        std::async(std::launch::async, [&writer, &work] { return writer.run(work); }));
  }
  // Long enough for every thread to stand in the queue; a late one costs a second commit, no more.
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  go_on.set_value();
  std::vector<Result<void>> results;
  for (auto& future : futures) results.push_back(future.get());
  results.erase(results.begin());
  return results;
}

TEST_F(WriterTest, UnitsThatWaitTogetherShareOneWaitForTheDisk) {
  std::vector<Writer::Work> works;
  for (long long x = 0; x < 64; ++x) works.push_back(insert(x));
  const long before = disk_faults().syncs;
  for (const auto& result : run_together(*writer_, std::move(works))) EXPECT_TRUE(result.ok());
  EXPECT_EQ(count(), 64);
  const long together = disk_faults().syncs - before;
  EXPECT_GE(together, 1);
  EXPECT_LE(together, 8);
  // The control: one after the other, each waits.
  const long alone = disk_faults().syncs;
  for (long long x = 100; x < 110; ++x) ASSERT_TRUE(writer_->run(insert(x)).ok());
  EXPECT_GE(disk_faults().syncs - alone, 10);
}

TEST_F(WriterTest, AUnitThatFailsTakesOnlyItselfBack) {
  const Writer::Work writes_then_refuses = [](soci::session& session) -> Result<void> {
    session << "INSERT INTO t (x) VALUES (1000)";
    return conflict("no");
  };
  const Writer::Work writes_then_throws = [](soci::session& session) -> Result<void> {
    session << "INSERT INTO t (x) VALUES (1001)";
    session << "INSERT INTO t (x) VALUES (1001)";
    return {};
  };
  const auto results = run_together(
      *writer_, {insert(1), writes_then_refuses, insert(2), writes_then_throws, insert(3)});
  EXPECT_TRUE(results[0].ok() && results[2].ok() && results[4].ok());
  EXPECT_EQ(results[1].error().kind, ErrorKind::Conflict);
  ASSERT_FALSE(results[3].ok());
  EXPECT_EQ(count(), 3);
  EXPECT_EQ(fatal_, 0);
}

TEST_F(WriterTest, AnAcknowledgedUnitIsSeenByTheNextReader) {
  std::vector<std::thread> threads;
  std::atomic<int> missing = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t, &missing] {
      const Session reader = open_connection(scratch_.path() / "a.db", Access::Read).take_value();
      for (long long i = 0; i < 25; ++i) {
        const long long x = 1000 * t + i;
        if (!writer_->run(insert(x)).ok()) ++missing;
        long long found = 0;
        *reader << "SELECT count(*) FROM t WHERE x = :x", soci::use(x), soci::into(found);
        if (found != 1) ++missing;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(missing, 0);
  EXPECT_EQ(count(), 100);
}

TEST_F(WriterTest, AFailedWaitForTheDiskIsFatalAndNothingIsAcknowledgedEverAfter) {
  ASSERT_TRUE(writer_->run(insert(1)).ok());
  disk_faults().fails = true;
  const auto failed = writer_->run(insert(2));
  disk_faults().fails = false;  // the disk is well again, but who knows what is on it
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(fatal_, 1);
  EXPECT_FALSE(writer_->run(insert(3)).ok());
  EXPECT_EQ(fatal_, 1);
}

TEST_F(WriterTest, AFullDiskTakesBackWhatDidNotFitAndTheRestGoesOnWhenThereIsRoom) {
  ASSERT_TRUE(writer_->run(insert(1)).ok());
  disk_faults().full = true;
  const auto refused = writer_->run(insert(2));
  const auto together = run_together(*writer_, {insert(3), insert(4)});
  disk_faults().full = false;
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::Unavailable);
  EXPECT_NE(refused.error().message.find("full"), std::string::npos) << refused.error().message;
  EXPECT_FALSE(together[0].ok() || together[1].ok());
  EXPECT_EQ(fatal_, 0);
  EXPECT_EQ(count(), 1);
  ASSERT_TRUE(writer_->run(insert(2)).ok());
  EXPECT_EQ(count(), 2);
}

TEST_F(WriterTest, WhoIsCalledBackIsToldWhenItIsDurableAndNotSooner) {
  std::vector<std::promise<long>> told(64);
  const long before = disk_faults().syncs;
  for (std::size_t i = 0; i < told.size(); ++i) {
    writer_->start(insert(static_cast<long long>(i) / 2), [&, i](Result<void> done) {
      // The second of each two is there already: its own failure, and nobody else's.
      EXPECT_EQ(done.ok(), i % 2 == 0);
      told[i].set_value(disk_faults().syncs);
    });
  }
  for (std::promise<long>& each : told) EXPECT_GT(each.get_future().get(), before);
  EXPECT_EQ(count(), 32);
}

TEST_F(WriterTest, WhoIsCalledBackLearnsThatTheDiskFailed) {
  disk_faults().fails = true;
  std::promise<Result<void>> told;
  writer_->start(insert(1), [&](Result<void> done) { told.set_value(std::move(done)); });
  EXPECT_EQ(told.get_future().get().error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(fatal_, 1);
}

TEST_F(WriterTest, WhatWasGivenToItIsFinishedWhenItEnds) {
  std::vector<std::future<Result<void>>> futures;
  for (long long x = 0; x < 20; ++x) {
    futures.push_back(
        std::async(std::launch::async, [this, x] { return writer_->run(insert(x)); }));
  }
  for (auto& future : futures) EXPECT_TRUE(future.get().ok());
  writer_.reset();
  EXPECT_EQ(count(), 20);
}

TEST(Connection, AReaderCannotWrite) {
  const ScratchFolder scratch;
  const Session writer = open_connection(scratch.path() / "a.db", Access::Write).take_value();
  run_script(*writer, "CREATE TABLE t (x INTEGER)");
  const Session reader = open_connection(scratch.path() / "a.db", Access::Read).take_value();
  EXPECT_ANY_THROW(run_script(*reader, "INSERT INTO t VALUES (1)"));
  run_script(*reader, "PRAGMA query_only = OFF");
  EXPECT_ANY_THROW(run_script(*reader, "INSERT INTO t VALUES (1)"));
  run_script(*writer, "INSERT INTO t VALUES (1)");  // the control
}

}  // namespace
}  // namespace relearn
