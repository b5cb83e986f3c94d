#include "storage/sqlite/backup.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/digest.h"
#include "base/file.h"
#include "unit/storage/sqlite/opened_store.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
const std::string kDigest(64, 'a');

class BackupTest : public testing::Test {
 protected:
  BackupTest() {
    first_ = opened_.add(prediction_of("mrn-1")).prediction;
    opened_.add(confirmed(first_));
    EXPECT_TRUE(
        write_file_atomically(snapshot_folder(opened_.folder()) / (kDigest + ".csv"), "a,b\n1,2\n")
            .ok());
  }
  fs::path backup() const { return opened_.scratch() / "backup"; }
  fs::path restored() const { return opened_.scratch() / "restored"; }

  void expect_whole(const fs::path& folder) {
    StoreOptions options = opened_.options();
    options.folder = folder;
    options.if_missing = IfMissing::Refuse;
    const auto store = SqliteStore::open(options, opened_.keys());
    ASSERT_TRUE(store.ok()) << store.error().message;
    EXPECT_TRUE(store.value()->find_prediction(first_).value());
    EXPECT_EQ(store.value()->count_records("heart").value().confirmed, 1u);
    EXPECT_EQ(read_file(snapshot_folder(folder) / (kDigest + ".csv"), 100).value(), "a,b\n1,2\n");
  }

  OpenedStore opened_;
  PredictionId first_;
};

TEST_F(BackupTest, WhatIsRestoredIsWhatWasBackedUp) {
  const StoreCopy made = back_up(opened_.folder(), backup(), kNow).take_value();
  EXPECT_EQ(made.files, 2u);
  EXPECT_EQ(made.predictions, 1u);
  EXPECT_EQ(made.outcomes, 1u);
  opened_.add(prediction_of("later"));
  const StoreCopy back = restore(backup(), restored(), IfStoreExists::Refuse).take_value();
  EXPECT_EQ(back.predictions, 1u);
  EXPECT_TRUE(back.moved_aside.empty());
  expect_whole(restored());
}

TEST_F(BackupTest, BundlesGoWithItWholeAndOneThatIsBeingWrittenDoesNot) {
  const std::string manifest = "{}\n", digest = sha256(manifest);
  const fs::path bundle = bundle_folder(opened_.folder()) / digest;
  ASSERT_TRUE(write_file_atomically(bundle / "manifest.json", manifest).ok());
  ASSERT_TRUE(write_file_atomically(bundle / "model.sav", "model").ok());
  ASSERT_TRUE(write_file_atomically(bundle / ".hidden", "x").ok());
  ASSERT_TRUE(write_file_atomically(bundle_folder(opened_.folder()) / "job-7" / "a", "x").ok());
  EXPECT_EQ(back_up(opened_.folder(), backup(), kNow).value().files, 4u);
  ASSERT_TRUE(restore(backup(), restored(), IfStoreExists::Refuse).ok());
  EXPECT_EQ(read_file(bundle_folder(restored()) / digest / "manifest.json", 9).value(), manifest);
  EXPECT_EQ(read_file(bundle_folder(restored()) / digest / "model.sav", 9).value(), "model");
  EXPECT_FALSE(fs::exists(bundle_folder(restored()) / "job-7"));
  expect_whole(restored());
  // A model that went with somebody who has withdrawn is no fault; another manifest is.
  fs::remove(bundle / "model.sav");
  EXPECT_EQ(back_up(opened_.folder(), opened_.scratch() / "later", kNow).value().files, 3u);
  ASSERT_TRUE(write_file_atomically(bundle / "manifest.json", "[]\n").ok());
  const auto refused = back_up(opened_.folder(), opened_.scratch() / "edited", kNow);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr(digest));
  // Also in a backup whose own manifest was edited to fit.
  const fs::path own = backup() / "manifest.json";
  std::string text = read_file(own, 1 << 20).take_value();
  const auto at = text.find(digest, text.find("manifest.json"));
  ASSERT_NE(at, std::string::npos);
  text.replace(at, digest.size(), sha256("[]\n"));
  ASSERT_TRUE(write_file_atomically(own, text).ok());
  ASSERT_TRUE(write_file_atomically(backup() / "bundles" / digest / "manifest.json", "[]\n").ok());
  EXPECT_EQ(restore(backup(), opened_.scratch() / "x", IfStoreExists::Refuse).error().kind,
            ErrorKind::InvalidInput);
}

TEST_F(BackupTest, ADatabaseThatWasEditedIsNotBackedUp) {
  ASSERT_TRUE(opened_.store->add_attempt(attempt_of("publish", 0), kNow).ok());
  opened_.close();
  ASSERT_EQ(opened_.edit("DROP TRIGGER versions_stay_as_they_are; UPDATE versions SET forced = 1"),
            "");
  const auto refused = back_up(opened_.folder(), backup(), kNow);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("heart/1"));
  ASSERT_EQ(opened_.edit("UPDATE versions SET forced = 0"), "");
  EXPECT_TRUE(back_up(opened_.folder(), backup(), kNow).ok());  // the control
}

TEST_F(BackupTest, ItIsTakenWhileOthersWriteAndHoldsOneMoment) {
  std::atomic<bool> enough = false;
  std::thread writing([&] {
    while (!enough) opened_.add(confirmed(opened_.add(prediction_of("x")).prediction));
  });
  for (int i = 0; i < 5; ++i) {
    const auto folder = opened_.scratch() / fmt::format("backup-{}", i);
    const auto made = back_up(opened_.folder(), folder, kNow);
    ASSERT_TRUE(made.ok()) << made.error().message;
    EXPECT_LE(made.value().predictions - made.value().outcomes, 1u);
    EXPECT_TRUE(restore(folder, restored() / fmt::format("{}", i), IfStoreExists::Refuse).ok());
  }
  enough = true;
  writing.join();
}

TEST_F(BackupTest, AnyChangedByteOfAnyFileIsNoticedBeforeAnythingIsDone) {
  ASSERT_TRUE(back_up(opened_.folder(), backup(), kNow).ok());
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(backup())) {
    if (entry.is_regular_file() && entry.path().filename() != "manifest.json") {
      files.push_back(entry.path());
    }
  }
  ASSERT_EQ(files.size(), 2u);
  for (const fs::path& file : files) {
    const std::string whole = read_file(file, 1 << 26).take_value();
    for (std::size_t at = 0; at < whole.size(); at += 1 + whole.size() / 17) {
      std::string changed = whole;
      changed[at] ^= 1;
      ASSERT_TRUE(write_file_atomically(file, changed).ok());
      const auto refused = restore(backup(), restored(), IfStoreExists::Refuse);
      ASSERT_FALSE(refused.ok()) << file << " at " << at;
      EXPECT_EQ(refused.error().kind, ErrorKind::InvalidInput);
      EXPECT_FALSE(fs::exists(restored()));
    }
    ASSERT_TRUE(write_file_atomically(file, whole.substr(0, whole.size() - 1)).ok());
    EXPECT_FALSE(restore(backup(), restored(), IfStoreExists::Refuse).ok());
    fs::remove(file);
    EXPECT_EQ(restore(backup(), restored(), IfStoreExists::Refuse).error().kind,
              ErrorKind::NotFound);
    ASSERT_TRUE(write_file_atomically(file, whole).ok());
  }
  EXPECT_TRUE(restore(backup(), restored(), IfStoreExists::Refuse).ok());  // the control
}

TEST_F(BackupTest, AManifestIsBelievedOnlyAsFarAsItFits) {
  ASSERT_TRUE(back_up(opened_.folder(), backup(), kNow).ok());
  const fs::path file = backup() / "manifest.json";
  const std::string whole = read_file(file, 1 << 20).take_value();
  const auto with = [&whole](const std::string& from, const std::string& to) {
    std::string changed = whole;
    const auto at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return changed.replace(at, from.size(), to);
  };
  for (const std::string& manifest :
       {std::string(), std::string("[]"), std::string("{}"), whole.substr(0, whole.size() / 2),
        with("relearn-backup 1", "relearn-backup 2"), with("snapshots/aaaa", "../../../aaaa"),
        with("\"predictions\": 1", "\"predictions\": 2"), with("\"bytes\": ", "\"bytes\": \"x\"+"),
        with("relearn.db", "relearn.dc"), with("\"schema_version\": ", "\"schema_version\": 9")}) {
    ASSERT_TRUE(write_file_atomically(file, manifest).ok());
    const auto refused = restore(backup(), restored(), IfStoreExists::Refuse);
    ASSERT_FALSE(refused.ok()) << manifest.substr(0, 200);
    EXPECT_EQ(refused.error().kind, ErrorKind::InvalidInput) << refused.error().message;
  }
  fs::remove(file);
  const auto unfinished = restore(backup(), restored(), IfStoreExists::Refuse);
  ASSERT_FALSE(unfinished.ok());
  EXPECT_THAT(unfinished.error().message, HasSubstr("no finished backup"));
  // Nothing is left lying about.
  EXPECT_EQ(std::count_if(fs::directory_iterator(opened_.scratch()), fs::directory_iterator(),
                          [](const auto& entry) {
                            return entry.path().string().find("unfinished") != std::string::npos;
                          }),
            0);
}

TEST_F(BackupTest, AStoreThatIsThereIsMovedAsideNeverOverwritten) {
  ASSERT_TRUE(back_up(opened_.folder(), backup(), kNow).ok());
  const PredictionId later = opened_.add(prediction_of("later")).prediction;
  const auto refused = restore(backup(), opened_.folder(), IfStoreExists::Refuse);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::Conflict);
  opened_.close();
  const StoreCopy done =
      restore(backup(), opened_.folder() / "", IfStoreExists::MoveAside).take_value();
  expect_whole(opened_.folder());
  StoreOptions options = opened_.options();
  options.folder = done.moved_aside;
  const auto old = SqliteStore::open(options, opened_.keys()).take_value();
  EXPECT_TRUE(old->find_prediction(later).value());
}

TEST_F(BackupTest, ABackupGoesIntoAFolderOfItsOwn) {
  ASSERT_TRUE(back_up(opened_.folder(), backup(), kNow).ok());
  EXPECT_EQ(back_up(opened_.folder(), backup(), kNow).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(back_up(opened_.scratch() / "nothing", opened_.scratch() / "b", kNow).error().kind,
            ErrorKind::NotFound);
  EXPECT_EQ(restore(opened_.scratch() / "b", restored(), IfStoreExists::Refuse).error().kind,
            ErrorKind::NotFound);
}

}  // namespace
}  // namespace relearn
