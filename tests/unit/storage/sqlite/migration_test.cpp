// A store of before there were attempts: its versions become the attempts that they were, and its
// ledger stays valid.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>

#include "base/file.h"
#include "storage/sqlite/backup.h"
#include "storage/sqlite/ledger.h"
#include "storage/sqlite/schema.h"
#include "unit/storage/sqlite/opened_store.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
constexpr int kSchemaBefore = 2;
const std::string kModel(64, 'b');

class OldStore : public testing::Test {
 protected:
  OldStore() {
    EXPECT_TRUE(KeyRing::create(scratch_.path() / "key").ok());
    fs::create_directories(folder() / "versions");
    const Session session = open_connection(database_file(folder()), Access::Write).take_value();
    EXPECT_TRUE(migrate(*session, kSchemaBefore).ok());
    run_script(*session, fmt::format(R"sql(
        INSERT INTO key_fingerprint VALUES ('{}');
        INSERT INTO snapshots (digest, disease, privacy_version, rows, persons, cut_off, made_at)
          VALUES ('s', 'heart', 1, 1, 1, 7, 7);
        INSERT INTO versions VALUES ('heart', 1, 'a', NULL, 'base', 'first', 10, 0),
                                    ('heart', 2, '{}', 's', 'base', 'weekly', 20, 0),
                                    ('diabetes', 1, 'c', NULL, 'base', 'first', 30, 0);
        INSERT INTO live_versions VALUES ('heart', 2), ('diabetes', 1);
        )sql",
                                     keys().fingerprint(), kModel));
    append(*session, 10, "heart/1", "first");
    append(*session, 20, "heart/2", "weekly");
    append(*session, 30, "diabetes/1", "first");
    EXPECT_TRUE(write_file_atomically(folder() / "versions" / (kModel + ".sav"), "model").ok());
  }

  /// As it was done before there were signatures.
  void append(soci::session& session, int at, const std::string& subject,
              const std::string& reason) {
    last_.sequence += 1;
    last_.at = {at};
    last_.action = "version.published";
    last_.subject = subject;
    last_.reason = reason;
    last_.previous_hash = last_.hash.empty() ? std::string(64, '0') : last_.hash;
    last_.hash = ledger_hash(last_, LedgerFormula::BeforeSignatures);
    run_script(session, fmt::format("INSERT INTO ledger VALUES ({}, {}, '{}', '{}', '{}', '{}', "
                                    "'{}')",
                                    last_.sequence, at, last_.action, subject, reason,
                                    last_.previous_hash, last_.hash));
  }

  fs::path folder() const { return scratch_.path() / "store"; }
  KeyRing keys() const { return KeyRing::load(scratch_.path() / "key").take_value(); }
  Result<std::shared_ptr<SqliteStore>> open(const fs::path& where) const {
    StoreOptions options;
    options.folder = where;
    options.now = kNow;
    return SqliteStore::open(options, keys());
  }
  /// Past the store; what opening it and verifying says then, "" when all is well.
  std::string said_after(const std::string& sql) const {
    const Session session = open_connection(database_file(folder()), Access::Write).take_value();
    run_script(*session, sql);
    const auto verified = verify_without_keys(*session);
    return verified.ok() ? "" : verified.error().message;
  }

  const ScratchFolder scratch_;
  LedgerEntry last_;
};

TEST_F(OldStore, KeepsItsVersionsAndItsLedgerAndSignsFromThenOn) {
  auto store = open(folder()).take_value();
  ASSERT_TRUE(store->verify_ledger().ok()) << store->verify_ledger().error().message;
  const auto attempts = store->attempts("heart").take_value();
  ASSERT_EQ(attempts.size(), 2u);
  const Attempt& second = attempts[1];
  EXPECT_EQ(second.version, 2);
  EXPECT_EQ(second.state, AttemptState::Published);
  EXPECT_EQ(second.what.verdict, "publish");
  EXPECT_EQ(second.what.bundle, "");
  EXPECT_EQ(second.what.champion, 1);
  EXPECT_EQ(second.what.snapshot, "s");
  EXPECT_EQ(actor_text(second.what.started_by), "operator");
  EXPECT_EQ(store->live_version("heart").value()->number, 2);
  EXPECT_EQ(store->live_version("heart").value()->what.model_digest, kModel);
  EXPECT_EQ(store->live_changes("heart").value()[1].from, 1);
  EXPECT_EQ(store->live_changes("heart").value()[1].at, Moment{20});
  std::string actions;
  for (const LedgerEntry& entry : store->ledger().take_value()) {
    actions += fmt::format("{} {}{}; ", entry.action, entry.subject,
                           entry.signature.empty() ? "" : " signed");
  }
  EXPECT_EQ(actions,
            "version.published heart/1; version.published heart/2; version.published diabetes/1; "
            "ledger.signed ledger signed; attempt.migrated diabetes/attempt/1 signed; "
            "attempt.migrated heart/attempt/1 signed; attempt.migrated heart/attempt/2 signed; ");
  // And it goes on, once.
  EXPECT_EQ(store->add_attempt(attempt_of("publish", 2), kNow).value().version->number, 3);
  EXPECT_TRUE(store->roll_back("heart", 1, 3, kAdmin, "alarms", kNow).ok());
  store.reset();
  store = open(folder()).take_value();
  EXPECT_EQ(store->ledger().value().size(), 9u);
  EXPECT_TRUE(store->verify_ledger().ok());
}

TEST_F(OldStore, WhatWasMigratedIsNotChangedUnnoticed) {
  ASSERT_TRUE(open(folder()).ok());
  EXPECT_EQ(said_after("DROP TRIGGER attempts_stay_as_they_are"), "");  // the control
  EXPECT_THAT(said_after("UPDATE attempts SET model_digest = 'x' WHERE disease = 'diabetes'"),
              HasSubstr("diabetes/attempt/1"));
}

TEST_F(OldStore, AnOldEntryIsNotChangedUnnoticed) {
  ASSERT_TRUE(open(folder()).ok());
  EXPECT_EQ(said_after("DROP TRIGGER ledger_stays_as_it_is"), "");  // the control
  EXPECT_THAT(said_after("UPDATE ledger SET actor = 'user 1 (admin)' WHERE sequence = 2"),
              HasSubstr("entry 2 (version.published heart/2): it says more"));
  EXPECT_THAT(said_after("UPDATE ledger SET actor = ''; UPDATE ledger SET reason = 'x' WHERE "
                         "sequence = 2"),
              HasSubstr("entry 2 (version.published heart/2)"));
}

TEST_F(OldStore, OtherKeysAreRefused) {
  auto others = KeyRing::create(scratch_.path() / "other").take_value();
  StoreOptions options;
  options.folder = folder();
  EXPECT_EQ(SqliteStore::open(options, std::move(others)).error().kind, ErrorKind::NotAllowed);
  EXPECT_TRUE(open(folder()).ok());
}

TEST_F(OldStore, ItsBackupIsRestoredAndMigratedThen) {
  const fs::path backup = scratch_.path() / "backup", restored = scratch_.path() / "restored";
  const auto made = back_up(folder(), backup, kNow);
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(made.value().files, 2u);
  ASSERT_TRUE(restore(backup, restored, IfStoreExists::Refuse).ok());
  EXPECT_EQ(read_file(restored / "versions" / (kModel + ".sav"), 9).value(), "model");
  const auto store = open(restored).take_value();
  EXPECT_EQ(store->live_version("heart").value()->what.model_digest, kModel);
  EXPECT_TRUE(store->verify_ledger().ok());
  // A backup of an edited one is none.
  const Session session = open_connection(database_file(folder()), Access::Write).take_value();
  run_script(*session, "DROP TRIGGER ledger_stays_as_it_is; UPDATE ledger SET reason = 'x'");
  EXPECT_FALSE(back_up(folder(), scratch_.path() / "second", kNow).ok());
}

}  // namespace
}  // namespace relearn
