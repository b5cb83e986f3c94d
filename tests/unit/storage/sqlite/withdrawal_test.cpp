#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "base/file.h"
#include "unit/storage/sqlite/opened_store.h"

namespace relearn {
namespace {

const Subject kMaria{std::nullopt, "mrn-00482913"};

/// Two persons with confirmed outcomes, a snapshot of both and one of the second, a version of
/// each.
struct Learnt {
  OpenedStore opened;
  PredictionId maria, ana;

  Learnt() {
    maria = opened.add(prediction_of(kMaria.reference)).prediction;
    ana = opened.add(prediction_of("mrn-2")).prediction;
    opened.add(confirmed(maria));
    opened.add(confirmed(ana));
    snapshot("both", {maria, ana});
    snapshot("ana", {ana});
    publish("ana", 0);
    publish("both", 1);
  }
  void snapshot(const std::string& digest, std::vector<PredictionId> members) {
    const NewSnapshot snapshot{digest, "heart",           1, members.size(), members.size(),
                               kNow,   std::move(members)};
    EXPECT_TRUE(opened.store->add_snapshot(snapshot, kNow).ok());
  }
  void publish(const std::string& snapshot, std::int64_t expected) {
    EXPECT_TRUE(opened.store->add_attempt(attempt_of("publish", expected, snapshot), kNow).ok());
  }
};

TEST(Withdrawal, TakesRowsRevokesMarksAndQueues) {
  Learnt learnt;
  SqliteStore& store = *learnt.opened.store;
  const Withdrawal done = store.withdraw(kMaria, "on request", kNow).take_value();
  EXPECT_EQ(done.predictions, 1u);
  EXPECT_EQ(done.outcomes, 1u);
  EXPECT_EQ(done.revoked_snapshots, std::vector<std::string>{"both"});
  EXPECT_EQ(done.marked_versions,
            (std::vector<std::pair<std::string, std::int64_t>>{{"heart", 2}}));
  EXPECT_EQ(done.retrain, std::vector<std::string>{"heart"});
  EXPECT_FALSE(store.find_prediction(learnt.maria).value());
  EXPECT_TRUE(store.find_prediction(learnt.ana).value());
  EXPECT_EQ(store.count_records("heart").value().confirmed, 1u);
  EXPECT_TRUE(store.live_version("heart").value()->contains_withdrawn);
  EXPECT_FALSE(store.versions("heart").value()[0].contains_withdrawn);
  const auto jobs = store.jobs(10).take_value();
  ASSERT_EQ(jobs.size(), 1u);
  EXPECT_EQ(state_of(jobs[0]), RunState::Queued);
  EXPECT_EQ(jobs[0].what.trigger, JobTrigger::Withdrawal);
  // The exact retrain ends the job and the mark.
  learnt.publish("ana", 2);
  EXPECT_EQ(state_of(store.jobs(10).value()[0]), RunState::Done);
  EXPECT_FALSE(store.live_version("heart").value()->contains_withdrawn);
}

TEST(Withdrawal, WhoHasWithdrawnDoesNotComeBackWithAnOldFile) {
  Learnt learnt;
  SqliteStore& store = *learnt.opened.store;
  ASSERT_TRUE(store.withdraw(kMaria, "on request", kNow).ok());
  EXPECT_EQ(learnt.opened.add(prediction_of(kMaria.reference)).result, Receipt::Result::Refused);
  EXPECT_EQ(learnt.opened.add(confirmed(learnt.maria)).result, Receipt::Result::Refused);
  EXPECT_EQ(store.withdraw(kMaria, "on request", kNow).error().kind, ErrorKind::NotFound);
  NewUser user;
  user.email = "maria@example.org";
  user.password = PasswordState::MustReset;
  const UserId id = store.add_user(user, kNow).take_value();
  ASSERT_TRUE(store.withdraw({id, ""}, "on request", kNow).ok());
  EXPECT_FALSE(store.find_user(user.email).value());
  user.email = "MARIA@example.org";
  EXPECT_EQ(store.add_user(user, kNow).error().kind, ErrorKind::NotAllowed);
}

TEST(Withdrawal, NothingOfThePersonIsLeftInAnyByteOfTheDatabase) {
  Learnt learnt;
  NewPrediction odd = prediction_of(kMaria.reference);
  odd.inputs = {{"cholesterol_mg_per_dl", 98765.4321}};
  odd.shown = "unmistakable";
  NewOutcomeEvent report = confirmed(learnt.opened.add(odd).prediction);
  report.state = OutcomeState::Reported;
  report.actor_role = Role::Patient;
  report.source = OutcomeSource::SelfReport;
  report.actor = "maria herself";
  report.reference_standard = "";
  ASSERT_EQ(learnt.opened.add(report).result, Receipt::Result::Added);
  const auto bytes = [&] {
    std::string all;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(learnt.opened.folder())) {
      if (entry.is_regular_file()) all += read_file(entry.path(), 1 << 26).take_value();
    }
    return all;
  };
  const std::string sealed =
      learnt.opened.query("SELECT reference_sealed FROM persons ORDER BY id LIMIT 1");
  const std::string names = learnt.opened.query("SELECT count(*) FROM contributors");
  const auto remains = [&](const std::string& text) {
    return bytes().find(text) != std::string::npos;
  };
  ASSERT_TRUE(remains("98765.4321") && remains("unmistakable") && remains(sealed) &&
              remains(learnt.maria.text));  // the control
  ASSERT_TRUE(learnt.opened.store->withdraw(kMaria, "on request", kNow).ok());
  for (const std::string& text :
       {std::string("98765.4321"), std::string("unmistakable"), sealed, learnt.maria.text}) {
    EXPECT_FALSE(remains(text)) << text;
  }
  EXPECT_EQ(names, "2");  // the doctor, and the person herself
  EXPECT_EQ(learnt.opened.query("SELECT count(*) FROM contributors"), "1");
  EXPECT_EQ(learnt.opened.query("SELECT count(*) FROM erasure"), "0");
}

TEST(Withdrawal, TheLedgerSaysThatAndWhyButNotWho) {
  Learnt learnt;
  SqliteStore& store = *learnt.opened.store;
  for (const char* const reason :
       {"mrn-00482913 asked", "MRN-00482913", "number 00482913 called us"}) {
    const auto refused = store.withdraw(kMaria, reason, kNow);
    ASSERT_FALSE(refused.ok()) << reason;
    EXPECT_EQ(refused.error().kind, ErrorKind::InvalidInput);
  }
  ASSERT_TRUE(store.withdraw(kMaria, "by letter", kNow).ok());
  std::vector<std::string> actions;
  for (const LedgerEntry& entry : store.ledger().take_value()) {
    actions.push_back(entry.action + " " + entry.subject);
    EXPECT_EQ((entry.subject + entry.reason).find("mrn"), std::string::npos);
  }
  EXPECT_EQ(actions,
            (std::vector<std::string>{"ledger.signed ledger", "version.published heart/1",
                                      "version.published heart/2", "person.withdrawn withdrawal/1",
                                      "snapshot.revoked both", "version.marked heart/2"}));
}

TEST(Withdrawal, ASnapshotOfSomebodyWhoHasGoneIsNeverLearntFrom) {
  Learnt learnt;
  SqliteStore& store = *learnt.opened.store;
  ASSERT_TRUE(store.withdraw(kMaria, "by letter", kNow).ok());
  const auto kind_of = [&store](NewAttempt attempt) {
    return store.add_attempt(attempt, kNow).error().kind;
  };
  EXPECT_EQ(kind_of(attempt_of("publish", 2, "both")), ErrorKind::NotReady);
  EXPECT_EQ(kind_of(attempt_of("keep", 2, "both")), ErrorKind::NotReady);
  const NewSnapshot late{"late", "heart", 1, 2, 2, kNow, {learnt.ana, learnt.maria}};
  EXPECT_EQ(store.add_snapshot(late, kNow).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(store.snapshots("heart").value().size(), 2u);  // nothing of it stayed
  EXPECT_EQ(kind_of(attempt_of("publish", 2, "unknown")), ErrorKind::NotFound);
  NewAttempt elsewhere = attempt_of("publish", 0, "ana");
  elsewhere.disease = "diabetes";
  EXPECT_EQ(kind_of(elsewhere), ErrorKind::InvalidInput);
  EXPECT_EQ(kind_of(attempt_of("publish", 1, "ana")), ErrorKind::Conflict);
}

TEST(Withdrawal, TheFilesThatGoAreGoneAtTheLatestAfterTheNextStart) {
  Learnt learnt;
  SqliteStore& store = *learnt.opened.store;
  const auto snapshots = snapshot_folder(learnt.opened.folder());
  const auto bundles = bundle_folder(learnt.opened.folder());
  for (const char* const digest : {"both", "ana"}) {
    ASSERT_TRUE(write_file_atomically(snapshots / fmt::format("{}.csv", digest), "rows").ok());
  }
  NewAttempt kept = attempt_of("keep", 2, "both");
  kept.bundle = "kept";
  ASSERT_TRUE(store.add_attempt(kept, kNow).ok());
  const auto has_model = [&](const char* bundle) {
    return std::filesystem::exists(bundles / bundle / "model.sav");
  };
  for (const char* const bundle : {"bundle of both", "bundle of ana", "kept"}) {
    ASSERT_TRUE(write_file_atomically(bundles / bundle / "model.sav", "model").ok());
    ASSERT_TRUE(write_file_atomically(bundles / bundle / "report.json", "{}").ok());
  }
  EXPECT_EQ(store.withdraw(kMaria, "by letter", kNow).value().bundles,
            std::vector<std::string>{"kept"});
  learnt.opened.reopen();
  EXPECT_FALSE(std::filesystem::exists(snapshots / "both.csv"));
  EXPECT_TRUE(std::filesystem::exists(snapshots / "ana.csv"));
  EXPECT_FALSE(has_model("kept"));
  EXPECT_TRUE(std::filesystem::exists(bundles / "kept" / "report.json"));
  EXPECT_TRUE(has_model("bundle of ana"));
  EXPECT_TRUE(has_model("bundle of both"));  // live until the exact retrain
  learnt.publish("ana", 2);
  learnt.opened.reopen();
  EXPECT_FALSE(has_model("bundle of both"));
  EXPECT_TRUE(has_model("bundle of ana"));
}

}  // namespace
}  // namespace relearn
