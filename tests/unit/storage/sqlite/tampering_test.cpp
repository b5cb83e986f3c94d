// Whoever edits the database past the store, with all its guards dropped, is found and named.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <algorithm>

#include "storage/sqlite/ledger.h"
#include "unit/storage/sqlite/opened_store.h"

namespace relearn {
namespace {

using testing::HasSubstr;
const Subject kMaria{std::nullopt, "mrn-1"};

Moment at(int minutes) { return {kNow.seconds + 60 * minutes}; }

/// A store in which everything has happened that the ledger tells of.
class TamperingTest : public testing::Test {
 protected:
  TamperingTest() : session_(soci::sqlite3, "dbname=\"" + opened_.database().string() + "\"") {
    run_script(session_, "PRAGMA ignore_check_constraints = ON");
  }

  /// Each step, and after it whatever the test does.
  void live_through(const std::function<void(const char* step)>& after) {
    SqliteStore& store = *opened_.store;
    const PredictionId maria = opened_.add(prediction_of(kMaria.reference)).prediction;
    after("opened");
    EXPECT_TRUE(store.add_snapshot({"with-maria", "heart", 1, 1, 1, kNow, {maria}}, kNow).ok());
    EXPECT_TRUE(store.add_attempt(attempt_of("publish", 0), at(1)).ok());
    after("published");
    EXPECT_TRUE(store.add_attempt(attempt_of("keep", 1, "with-maria"), at(2)).ok());
    after("kept");
    EXPECT_TRUE(store.add_attempt(attempt_of("ask", 1), at(3)).ok());
    after("waiting");
    EXPECT_TRUE(store.reject("heart", 3, kApprover, "no", at(4)).ok());
    after("rejected");
    NewAttempt two = attempt_of("ask", 1, "with-maria");
    two.approvals = 2;
    EXPECT_TRUE(store.add_attempt(two, at(5)).ok());
    EXPECT_TRUE(store.approve("heart", 4, kApprover, "yes", at(6)).ok());
    after("approved");
    EXPECT_TRUE(store.add_attempt(attempt_of("ask", 1), at(7)).ok());
    EXPECT_TRUE(store.approve("heart", 4, kOtherApprover, "so do I", at(8)).ok());
    after("overtaken");
    EXPECT_TRUE(store.add_attempt(attempt_of("inconclusive", 2), at(9)).ok());
    EXPECT_TRUE(store.force("heart", 6, kAdmin, "urgent", at(10)).ok());
    after("forced");
    EXPECT_TRUE(store.roll_back("heart", 2, 3, kAdmin, "alarms", at(11)).ok());
    after("rolled back");
    const NewQuarantine quarantine{"heart", QuarantineScope::Batch, "b-1", "odd", 4};
    const auto id = store.open_quarantine(quarantine, at(12)).take_value();
    after("quarantined");
    EXPECT_TRUE(store.close_quarantine(id, QuarantineState::Released, "x", "fine", at(13)).ok());
    after("released");
    EXPECT_TRUE(store.withdraw(kMaria, "by letter", at(14)).ok());
    after("withdrawn");
  }

  /// What is found after the edit; "" when nothing is. The edit is taken back.
  std::string found_after(const std::string& sql) {
    run_script(session_, "BEGIN");
    for (const char* const table :
         {"ledger", "attempts", "approvals", "versions", "live_changes"}) {
      for (const char* const guard :
           {"stay", "stays", "stay_as_they_are", "stays_as_it_is", "end", "stay_marked"}) {
        run_script(session_, fmt::format("DROP TRIGGER IF EXISTS {}_{}", table, guard));
      }
    }
    std::string found;
    try {
      run_script(session_, sql);
      const auto verified = verify_without_keys(session_);
      found = verified.ok() ? "" : verified.error().message;
    } catch (const soci::soci_error&) {
      found = kRefused;
    }
    run_script(session_, "ROLLBACK");
    return found;
  }

  std::vector<std::string> column_of(const std::string& sql) {
    std::vector<std::string> cells;
    std::string cell;
    soci::statement statement((session_.prepare << sql, soci::into(cell)));
    statement.execute();
    while (statement.fetch()) cells.push_back(cell);
    return cells;
  }

  static constexpr const char* kRefused = "refused by the database itself";
  OpenedStore opened_;
  soci::session session_;
};

TEST_F(TamperingTest, EveryColumnOfEveryRowIsFoundWhenItIsChanged) {
  live_through([](const char*) {});
  ASSERT_TRUE(opened_.store->verify_ledger().ok());  // the control
  ASSERT_EQ(found_after("SELECT 1"), "");
  std::size_t changed = 0;
  for (const char* const table : {"ledger", "attempts", "approvals", "versions", "live_changes"}) {
    const auto columns = column_of(fmt::format("SELECT name FROM pragma_table_info('{}')", table));
    const auto rows = column_of(fmt::format("SELECT CAST(rowid AS TEXT) FROM {}", table));
    ASSERT_GE(columns.size(), 5u);
    ASSERT_GE(rows.size(), 2u) << table;
    for (const std::string& column : columns) {
      for (const std::string& row : rows) {
        std::size_t applied = 0;
        for (const char* const other :
             {"{0} + 1000", "CASE {0} WHEN 0 THEN 1 ELSE 0 END", "{0} || 'x'", "substr({0}, 2)",
              "'kept'", "'published'", "'approver'", "'admin'", "'ask'", "'with-maria'", "''"}) {
          const std::string value = fmt::format(fmt::runtime(other), column);
          const std::string where = fmt::format(
              "WHERE rowid = {} AND CAST(coalesce({}, '') AS TEXT) <> "
              "CAST(coalesce({}, '') AS TEXT)",
              row, column, value);
          if (column_of(fmt::format("SELECT 'x' FROM {} {}", table, where)).empty()) continue;
          const std::string found =
              found_after(fmt::format("UPDATE {} SET {} = {} {}", table, column, value, where));
          EXPECT_NE(found, "") << table << "." << column << " of row " << row << " = " << value;
          applied += found == kRefused ? 0 : 1;
        }
        EXPECT_GE(applied, 1u) << table << "." << column << " of row " << row;
        changed += applied;
      }
    }
  }
  EXPECT_GT(changed, 1000u);
}

TEST_F(TamperingTest, EveryByteOfAnEntryIsFoundWhenItIsFlippedAndTheEntryIsNamed) {
  live_through([](const char*) {});
  for (const char* const column : {"signature", "hash", "previous_hash", "content", "actor"}) {
    const std::string value =
        opened_.query(fmt::format("SELECT {} FROM ledger WHERE action = 'version.forced'", column));
    ASSERT_FALSE(value.empty());
    for (std::size_t i = 0; i < value.size(); ++i) {
      std::string flipped = value;
      flipped[i] = flipped[i] == 'A' ? 'B' : 'A';
      const std::string found = found_after(fmt::format(
          "UPDATE ledger SET {} = '{}' WHERE action = 'version.forced'", column, flipped));
      ASSERT_THAT(found, HasSubstr("version.forced heart/3")) << column << " " << i;
    }
  }
}

TEST_F(TamperingTest, EveryRowIsMissedWhenItIsDeleted) {
  live_through([](const char*) {});
  for (const char* const table : {"ledger", "attempts", "approvals", "versions", "live_changes",
                                  "withdrawn", "quarantines"}) {
    for (const std::string& row :
         column_of(fmt::format("SELECT CAST(rowid AS TEXT) FROM {}", table))) {
      EXPECT_NE(found_after(fmt::format("DELETE FROM {} WHERE rowid = {}", table, row)), "")
          << table << " " << row;
    }
  }
  EXPECT_THAT(found_after("UPDATE snapshots SET revoked = 0"), HasSubstr("with-maria"));
  EXPECT_THAT(found_after("DELETE FROM versions WHERE number = 2"), HasSubstr("heart/2"));
  EXPECT_THAT(found_after("UPDATE attempts SET verdict = 'ask' WHERE number = 2"),
              HasSubstr("heart/attempt/2"));
}

TEST_F(TamperingTest, TheLastEntryIsMissedAfterEverythingThatCanHappen) {
  std::size_t steps = 0;
  live_through([&](const char* step) {
    ++steps;
    EXPECT_EQ(found_after("SELECT 1"), "") << step;
    EXPECT_NE(found_after("DELETE FROM ledger WHERE sequence = (SELECT max(sequence) FROM ledger)"),
              "")
        << step;
  });
  EXPECT_EQ(steps, 12u);
}

TEST_F(TamperingTest, WhatIsAddedWithoutAnEntryIsFound) {
  live_through([](const char*) {});
  EXPECT_THAT(found_after("INSERT INTO live_changes VALUES ('heart', 5, 0, 2, 3)"),
              HasSubstr("heart/live/5"));
  EXPECT_THAT(found_after("INSERT INTO approvals VALUES ('heart', 3, 1, 2, 'admin', '', 0)"),
              HasSubstr("heart/attempt/3/approval/1"));
  EXPECT_THAT(found_after("INSERT INTO attempts SELECT 'lung', number, model_digest, NULL, '', '', "
                          "NULL, 'admin', '', 'keep', 0, '', 0, 0, 0, 0, 'kept', 0 FROM attempts "
                          "WHERE number = 1"),
              HasSubstr("lung/attempt/1"));
}

/// The statement that gives an entry the hash which it would have had before there were signatures.
std::string without_signature(LedgerEntry entry, std::int64_t sequence, std::string previous,
                              std::string& hash) {
  const std::int64_t stored = entry.sequence;
  entry.sequence = sequence;
  entry.previous_hash = previous;  // a copy: it may be `hash` itself
  hash = ledger_hash(entry, LedgerFormula::BeforeSignatures);
  return fmt::format(
      "UPDATE ledger SET sequence = {}, previous_hash = '{}', hash = '{}', signature = '', "
      "from_version = '', to_version = '', actor = '', evidence = '', content = '' WHERE "
      "sequence = {};",
      sequence, previous, hash, stored);
}

TEST_F(TamperingTest, NobodyTakesTheSignaturesAway) {
  live_through([](const char*) {});
  const auto entries = opened_.store->ledger().take_value();
  // Of the last entries.
  for (const std::size_t from : {entries.size() - 1, entries.size() / 2, std::size_t{1}}) {
    std::string script, hash = entries[from - 1].hash;
    for (std::size_t i = from; i < entries.size(); ++i) {
      script += without_signature(entries[i], entries[i].sequence, hash, hash);
    }
    EXPECT_THAT(found_after(script), HasSubstr(fmt::format("entry {} ", from + 1)));
  }
  // Of all, and the entry that says from where on there are some goes, too.
  std::string script = "DELETE FROM ledger WHERE sequence = 1;", hash(64, '0');
  for (std::size_t i = 1; i < entries.size(); ++i) {
    script += without_signature(entries[i], entries[i].sequence - 1, hash, hash);
  }
  EXPECT_THAT(found_after(script), HasSubstr("no signed entry at all"));
  // Not even for a store that opens it: it would have signed what it found.
  opened_.close();
  for (const char* const pretence :
       {"DELETE FROM key_fingerprint", "UPDATE key_fingerprint SET fingerprint = 'x'"}) {
    run_script(session_, "DROP TRIGGER IF EXISTS ledger_stays_as_it_is");
    run_script(session_, "UPDATE ledger SET signature = ''");
    run_script(session_, pretence);
    EXPECT_FALSE(opened_.open().ok()) << pretence;
  }
}

TEST_F(TamperingTest, AnotherKeySignsForNobody) {
  live_through([](const char*) {});
  const KeyRing others = KeyRing::create(opened_.scratch() / "other").take_value();
  auto entries = opened_.store->ledger().take_value();
  const std::string key = opened_.store->ledger_key().value();
  EXPECT_TRUE(check_entries(entries, key).ok());
  std::string previous(64, '0');
  for (LedgerEntry& entry : entries) {
    if (entry.action == kLedgerSigned) entry.evidence = others.public_key();
    entry.previous_hash = previous;
    entry.hash = ledger_hash(entry, LedgerFormula::Signed);
    entry.signature = others.sign(entry.hash);
    previous = entry.hash;
  }
  EXPECT_TRUE(check_entries(entries, others.public_key()).ok());  // it holds together, but
  const auto refused = check_entries(entries, key);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("entry 1 (ledger.signed ledger)"));
}

}  // namespace
}  // namespace relearn
