// What the database itself promises, read back from it.
#include "storage/sqlite/schema.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "base/text.h"
#include "unit/storage/sqlite/opened_store.h"

namespace relearn {
namespace {

using testing::HasSubstr;

/// Without comments, so that a word in one proves nothing.
std::string definition_of(const OpenedStore& opened, const std::string& name) {
  const std::string sql =
      opened.query(fmt::format("SELECT sql FROM sqlite_master WHERE name = '{}'", name));
  return std::regex_replace(sql, std::regex("--[^\n]*"), "");
}

TEST(Schema, TheOnlyTriggersAreGuardsThatRefuse) {
  const OpenedStore opened;
  const std::string names =
      opened.query("SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name");
  EXPECT_EQ(
      names,
      "alarms_stay approvals_stay approvals_stay_as_they_are attempts_end attempts_stay "
      "attempts_stay_as_they_are attempts_stay_marked closed_alarms_stay_as_they_are ledger_stays "
      "ledger_stays_as_it_is "
      "live_changes_stay live_changes_stay_as_they_are locked_generations_stay_as_they_are "
      "locked_members_stay_as_they_are outcome_events_stay outcome_events_stay_as_they_are "
      "predictions_stay predictions_stay_as_they_are versions_stay versions_stay_as_they_are");
  for (const std::string_view name : split(names, ' ')) {
    const std::string sql = definition_of(opened, std::string(name));
    const std::regex guard(R"(CREATE TRIGGER \w+ BEFORE (UPDATE( OF [\w,\s]+)?|DELETE) ON \w+\s*)"
                           R"((WHEN [^;]*\s*)?)"
                           R"(BEGIN SELECT RAISE\(ABORT, '[^']*'\); END)");
    EXPECT_TRUE(std::regex_match(sql, guard)) << sql;
  }
}

TEST(Schema, ThereIsNoPathFromARiskToALabel) {
  const OpenedStore opened;
  // No column is computed, no view renames one.
  const std::string everything = opened.query("SELECT coalesce(sql, '') FROM sqlite_master");
  EXPECT_FALSE(std::regex_search(everything, std::regex("GENERATED|AS \\(", std::regex::icase)));
  EXPECT_EQ(opened.query("SELECT count(*) FROM sqlite_master WHERE type = 'view'"), "0");
  EXPECT_EQ(opened.query("SELECT m.name FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c "
                         "WHERE m.type = 'table' AND c.hidden > 1"),
            "");
  // A value and a source stand in one table only, a risk in another.
  const auto tables_with = [&opened](const char* column) {
    return opened.query(
        fmt::format("SELECT m.name FROM sqlite_master m "
                    "JOIN pragma_table_info(m.name) c "
                    "WHERE m.type = 'table' AND c.name = '{}'",
                    column));
  };
  EXPECT_EQ(tables_with("value"), "outcome_events");
  EXPECT_EQ(tables_with("source"), "outcome_events");
  EXPECT_EQ(tables_with("risk"), "predictions");
  // Two values; sources that are people and instruments.
  const std::string events = definition_of(opened, "outcome_events");
  EXPECT_THAT(events, HasSubstr("CHECK (value IN (0, 1))"));
  std::smatch sources;
  ASSERT_TRUE(std::regex_search(events, sources, std::regex(R"(source IN \(([^)]*)\))")));
  const std::string listed = std::regex_replace(sources[1].str(), std::regex(R"(\s+)"), " ");
  EXPECT_EQ(listed, "'laboratory', 'imaging', 'specialist', 'registry', 'self_report', 'other'");
  EXPECT_EQ(events.find("risk"), std::string::npos);
}

TEST(Schema, TheDatabaseItselfRefusesALabelThatIsARiskOrHasAModelAsItsSource) {
  const OpenedStore opened;
  opened.add(confirmed(opened.add(prediction_of("mrn-1")).prediction));
  const auto insert = [&opened](const char* value, const char* source) {
    return opened.edit(fmt::format(
        "INSERT INTO outcome_events (prediction, place, state, value, source, reference_standard, "
        "contributor, actor_role, blinded, evidence_sealed, reason_sealed, observed_on, "
        "recorded_at, batch) SELECT prediction, place + 1, state, {}, {}, reference_standard, "
        "contributor, actor_role, blinded, evidence_sealed, reason_sealed, observed_on, "
        "recorded_at, batch FROM outcome_events",
        value, source));
  };
  EXPECT_THAT(insert("(SELECT risk FROM predictions)", "source"), HasSubstr("CHECK"));
  EXPECT_THAT(insert("value", "'model'"), HasSubstr("CHECK"));
  EXPECT_THAT(insert("2", "source"), HasSubstr("CHECK"));
  EXPECT_EQ(insert("value", "source"), "");  // the control
}

TEST(Schema, WhatHasBeenSaidStays) {
  const OpenedStore opened;
  opened.add(confirmed(opened.add(prediction_of("mrn-1")).prediction));
  ASSERT_TRUE(opened.store->add_attempt(attempt_of("publish", 0), kNow).ok());
  EXPECT_THAT(opened.edit("UPDATE outcome_events SET value = 0"), HasSubstr("by a new event only"));
  EXPECT_THAT(opened.edit("DELETE FROM outcome_events"), HasSubstr("by a withdrawal only"));
  EXPECT_THAT(opened.edit("UPDATE predictions SET risk = 0"), HasSubstr("never changed"));
  EXPECT_THAT(opened.edit("DELETE FROM current_outcomes; DELETE FROM predictions"),
              HasSubstr("by a withdrawal only"));
  EXPECT_THAT(opened.edit("UPDATE ledger SET reason = ''"), HasSubstr("never changed"));
  EXPECT_THAT(opened.edit("DELETE FROM ledger"), HasSubstr("never shortened"));
  EXPECT_THAT(opened.edit("INSERT INTO erasure VALUES (1); DELETE FROM ledger"),
              HasSubstr("never shortened"));
}

TEST(Schema, OneRetrainOfADiseaseIsActiveAtATime) {
  const OpenedStore opened;
  const std::string insert =
      "INSERT INTO jobs (cause, reason, started_role, requested_at) VALUES ('request', '', "
      "'admin', "
      "0); INSERT INTO job_runs (job, place, disease, state) VALUES ((SELECT max(id) FROM jobs), "
      "1, "
      "'heart', '{}')";
  EXPECT_EQ(opened.edit(fmt::format(fmt::runtime(insert), "queued")), "");
  EXPECT_THAT(opened.edit(fmt::format(fmt::runtime(insert), "running")), HasSubstr("UNIQUE"));
  EXPECT_EQ(opened.edit(fmt::format(fmt::runtime(insert), "done")), "");
}

TEST(Schema, TheVisitOfConfirmedRecordsSortsNothing) {
  const OpenedStore opened;
  const std::string explained = opened.explain(
      "SELECT p.id FROM current_outcomes c CROSS JOIN predictions p ON p.number = c.prediction "
      "CROSS JOIN outcome_events e ON e.id = c.event WHERE c.disease = 'heart' "
      "AND c.state IN ('confirmed', 'adjudicated') ORDER BY c.made_at, c.prediction_id");
  EXPECT_THAT(explained, HasSubstr("confirmed_in_order"));
  EXPECT_EQ(explained.find("TEMP B-TREE"), std::string::npos) << explained;
}

TEST(Schema, ANewerSchemaIsRefusedAndLeftAsItIs) {
  OpenedStore opened;
  opened.close();
  ASSERT_EQ(opened.edit("UPDATE schema_version SET version = 99"), "");
  const auto refused = opened.open();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::InvalidInput);
  EXPECT_THAT(refused.error().message, HasSubstr("schema version 99"));
  EXPECT_EQ(opened.query("SELECT version FROM schema_version"), "99");
  ASSERT_EQ(opened.edit(fmt::format("UPDATE schema_version SET version = {}", schema_version())),
            "");
  EXPECT_TRUE(opened.open().ok());
}

TEST(Schema, SomebodyElsesDatabaseIsRefused) {
  OpenedStore opened;
  opened.close();
  std::filesystem::remove(opened.database());
  ASSERT_EQ(opened.edit("CREATE TABLE users (id INTEGER)"), "");
  const auto refused = opened.open();
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("not of relearn"));
}

TEST(Schema, OtherKeysAreRefusedBeforeAnythingIsWritten) {
  OpenedStore opened;
  opened.close();
  auto others = KeyRing::create(opened.scratch() / "other").take_value();
  const auto refused = SqliteStore::open(opened.options(), std::move(others));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::NotAllowed);
  EXPECT_TRUE(opened.open().ok());
}

TEST(Schema, AMissingStoreIsNotMadeUnlessAsked) {
  OpenedStore opened;
  opened.close();
  StoreOptions options = opened.options();
  options.folder = opened.scratch() / "elsewhere";
  options.if_missing = IfMissing::Refuse;
  EXPECT_EQ(SqliteStore::open(options, opened.keys()).error().kind, ErrorKind::NotFound);
  EXPECT_FALSE(std::filesystem::exists(options.folder));
}

}  // namespace
}  // namespace relearn
