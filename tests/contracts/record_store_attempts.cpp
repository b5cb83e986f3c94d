// What becomes of attempts, in every store: who may decide, what is live, and that nothing is ever
// half done.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/random.h"
#include "contracts/record_store_backends.h"
#include "support/scratch_folder.h"

namespace relearn {
namespace {

constexpr Moment kStart{1'700'000'000};
constexpr Actor kOperator{};
constexpr Actor kStarter{UserId{1}, Role::Admin};
constexpr Actor kAdmin{UserId{2}, Role::Admin};
constexpr Actor kApprover{UserId{3}, Role::Approver};
constexpr Actor kOther{UserId{4}, Role::Approver};
constexpr Actor kClinician{UserId{5}, Role::Clinician};

Moment at(int minutes) { return {kStart.seconds + 60 * minutes}; }

NewAttempt attempt_of(const std::string& verdict, std::int64_t champion) {
  NewAttempt attempt;
  attempt.disease = "heart";
  attempt.model_digest = "model";
  attempt.reason = "weekly";
  attempt.started_by = kStarter;
  attempt.bundle = "bundle";
  attempt.verdict = verdict;
  attempt.champion = champion;
  attempt.approvals = 1;
  return attempt;
}

class Attempts : public testing::TestWithParam<NamedBackend> {
 protected:
  Attempts() : random_(1) {
    store_ = GetParam().backend(scratch_.path(), [this](std::span<unsigned char> bytes) {
      for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(random_.next());
    });
  }

  VersionStore& versions() { return *store_.versions; }
  AttemptOutcome add(const NewAttempt& attempt) {
    return versions().add_attempt(attempt, at(++minute_)).take_value();
  }
  template <typename T>
  static std::string kind(const Result<T>& result) {
    if (result.ok()) return "done";
    if (result.error().kind == ErrorKind::Conflict) return "conflict";
    if (result.error().kind == ErrorKind::NotAllowed) return "not allowed";
    if (result.error().kind == ErrorKind::NotReady) return "not ready";
    if (result.error().kind == ErrorKind::NotFound) return "not found";
    if (result.error().kind == ErrorKind::InvalidInput) return "invalid";
    return result.error().message;
  }
  std::string approve(std::int64_t number, const Actor& by) {
    return kind(versions().approve("heart", number, by, "looks right", at(++minute_)));
  }
  std::string states() {
    std::string text;
    for (const Attempt& attempt : versions().attempts("heart").take_value()) {
      text += fmt::format("{}{}", text.empty() ? "" : " ", attempt_state_word(attempt.state));
    }
    return text;
  }
  std::string live_changes() {
    std::string text;
    for (const LiveChange& change : versions().live_changes("heart").take_value()) {
      text += fmt::format("{}{}>{}", text.empty() ? "" : " ", change.from, change.to);
    }
    return text;
  }
  std::int64_t live() {
    const auto version = versions().live_version("heart").take_value();
    return version ? version->number : 0;
  }
  std::vector<std::string> actions(std::size_t last) {
    std::vector<std::string> texts;
    const auto entries = versions().ledger().take_value();
    for (std::size_t i = entries.size() - last; i < entries.size(); ++i) {
      const LedgerEntry& e = entries[i];
      texts.push_back(
          fmt::format("{} {} {}>{} {}: {}", e.action, e.subject, e.from, e.to, e.actor, e.reason));
    }
    return texts;
  }
  using Lines = std::vector<std::string>;

  /// A prediction about a person.
  PredictionId somebody(const std::string& reference) {
    NewPrediction prediction;
    prediction.disease = "heart";
    prediction.subject.reference = reference;
    prediction.made_at = kStart;
    return store_.records->add_predictions(std::span(&prediction, 1), {"predictions", "", kStart})
        .value()[0]
        .prediction;
  }
  /// All that a decision may change.
  std::string everything() {
    std::string text = fmt::format("{} | {} | live {} |", states(), live_changes(), live());
    for (const LedgerEntry& entry : versions().ledger().take_value()) text += entry.hash;
    for (const Job& job : store_.jobs->jobs(100).take_value()) {
      text += run_state_word(state_of(job));
    }
    for (const Attempt& attempt : versions().attempts("heart").take_value()) {
      text += fmt::format(" {}{}{}", attempt.number, attempt.contains_withdrawn ? "marked" : "",
                          versions().approvals("heart", attempt.number).value().size());
    }
    return text + fmt::format(" {} {}", versions().snapshots("heart").value()[0].revoked,
                              store_.records->count_records("heart").value().found);
  }

  const ScratchFolder scratch_;
  Random random_;
  OpenedStore store_;
  int minute_ = 0;
};

TEST_P(Attempts, APublishIsWrittenDownAndLiveInOneStepUnlessAnotherVersionCameFirst) {
  const AttemptOutcome first = add(attempt_of("publish", 0));
  EXPECT_EQ(first.version.value().number, 1);
  EXPECT_EQ(first.attempt.state, AttemptState::Published);
  EXPECT_EQ(first.attempt.version, 1);
  // Somebody compared with what is live no more.
  EXPECT_EQ(kind(versions().add_attempt(attempt_of("publish", 0), at(2))), "conflict");
  EXPECT_EQ(kind(versions().add_attempt(attempt_of("publish", 2), at(2))), "conflict");
  EXPECT_EQ(states(), "published");  // nothing of it stayed
  EXPECT_EQ(add(attempt_of("publish", 1)).version->number, 2);
  EXPECT_EQ(live_changes(), "0>1 1>2");
  EXPECT_EQ(actions(1), Lines{"version.published heart/2 1>2 user 1 (admin): weekly"});
  EXPECT_EQ(versions().ledger().value().back().evidence, "bundle");
}

TEST_P(Attempts, WhatIsKeptChangesNothing) {
  add(attempt_of("publish", 0));
  const AttemptOutcome kept = add(attempt_of("keep", 1));
  EXPECT_FALSE(kept.version);
  EXPECT_EQ(add(attempt_of("inconclusive", 1)).attempt.number, 3);
  EXPECT_EQ(states(), "published kept kept");
  EXPECT_EQ(live(), 1);
  EXPECT_EQ(approve(2, kApprover), "conflict");  // it does not wait
  EXPECT_EQ(actions(1), Lines{"attempt.kept heart/attempt/3 > user 1 (admin): weekly"});
}

TEST_P(Attempts, AnAskWaitsForSomebodyElseWithTheRole) {
  const AttemptOutcome waiting = add(attempt_of("ask", 0));
  EXPECT_EQ(waiting.approvals_missing, 1);
  EXPECT_EQ(approve(1, kStarter), "not allowed");
  EXPECT_EQ(approve(1, kClinician), "not allowed");
  EXPECT_EQ(approve(1, kOperator), "not allowed");
  EXPECT_EQ(approve(7, kApprover), "not found");
  EXPECT_EQ(live(), 0);
  const AttemptOutcome done =
      versions().approve("heart", 1, kApprover, "looks right", at(9)).take_value();
  EXPECT_EQ(done.version.value().number, 1);
  EXPECT_EQ(done.attempt.state, AttemptState::Published);
  EXPECT_EQ(done.approvals_missing, 0);
  EXPECT_EQ(approve(1, kOther), "conflict");
  EXPECT_EQ(actions(2), (Lines{"attempt.approved heart/attempt/1 > user 3 (approver): looks right",
                               "version.published heart/1 >1 user 3 (approver): looks right"}));
}

TEST_P(Attempts, WhereThePlanWantsTwoTwoDifferentPeopleAgree) {
  NewAttempt attempt = attempt_of("ask", 0);
  attempt.approvals = 2;
  EXPECT_EQ(add(attempt).approvals_missing, 2);
  const AttemptOutcome one = versions().approve("heart", 1, kApprover, "yes", at(2)).take_value();
  EXPECT_EQ(one.approvals_missing, 1);
  EXPECT_FALSE(one.version);
  EXPECT_EQ(approve(1, kApprover), "not allowed");
  EXPECT_EQ(approve(1, kAdmin), "done");
  EXPECT_EQ(live(), 1);
  const auto given = versions().approvals("heart", 1).take_value();
  ASSERT_EQ(given.size(), 2u);
  EXPECT_EQ(given[0].by, kApprover);
  EXPECT_EQ(given[0].reason, "yes");
  EXPECT_EQ(given[0].at, at(2));
  EXPECT_EQ(given[1].by, kAdmin);
  EXPECT_EQ(kind(versions().approvals("heart", 2)), "not found");
}

TEST_P(Attempts, OfOneThatNobodyKnowsWhoStartedOneMoreAgreesUnlessOnePersonMayDoBoth) {
  NewAttempt attempt = attempt_of("ask", 0);
  attempt.started_by = kOperator;
  EXPECT_EQ(add(attempt).approvals_missing, 2);
  attempt.one_person_may_do_both = true;
  EXPECT_EQ(add(attempt).approvals_missing, 1);
  attempt.started_by = kStarter;
  add(attempt);
  EXPECT_EQ(approve(3, kStarter), "done");
}

TEST_P(Attempts, WhatWasJudgedAgainstAVersionThatIsLiveNoMoreIsOvertaken) {
  add(attempt_of("publish", 0));
  add(attempt_of("ask", 1));
  add(attempt_of("ask", 1));
  add(attempt_of("keep", 1));
  EXPECT_EQ(approve(2, kApprover), "done");
  EXPECT_EQ(states(), "published published overtaken kept");
  EXPECT_EQ(approve(3, kApprover), "conflict");
  EXPECT_EQ(actions(1), Lines{"attempt.overtaken heart/attempt/3 > : "});
  // One that comes late is overtaken from the start, and a rollback overtakes as well.
  EXPECT_EQ(add(attempt_of("ask", 1)).attempt.state, AttemptState::Overtaken);
  add(attempt_of("ask", 2));
  EXPECT_EQ(kind(versions().roll_back("heart", 1, 2, kAdmin, "alarms", at(50))), "done");
  EXPECT_EQ(states(), "published published overtaken kept overtaken overtaken");
  // Of another disease nothing is.
  NewAttempt other = attempt_of("ask", 0);
  other.disease = "diabetes";
  add(other);
  add(attempt_of("publish", 1));
  EXPECT_EQ(versions().attempts("diabetes").value()[0].state, AttemptState::Waiting);
}

TEST_P(Attempts, ARejectedOneIsNotPublishedByAnybodyButByForce) {
  add(attempt_of("ask", 0));
  const auto reject = [&](const Actor& by) {
    return kind(versions().reject("heart", 1, by, "too few women", at(5)));
  };
  EXPECT_EQ(reject(kClinician), "not allowed");
  EXPECT_EQ(reject(kOperator), "not allowed");
  EXPECT_EQ(reject(kStarter), "done");  // whoever started it may give it up
  EXPECT_EQ(reject(kApprover), "conflict");
  EXPECT_EQ(approve(1, kApprover), "conflict");
  EXPECT_EQ(actions(1), Lines{"attempt.rejected heart/attempt/1 > user 1 (admin): too few women"});
  const auto force = [&](const Actor& by, const char* reason) {
    return kind(versions().force("heart", 1, by, reason, at(6)));
  };
  EXPECT_EQ(force(kApprover, "urgent"), "not allowed");
  EXPECT_EQ(force(kOperator, "urgent"), "not allowed");
  EXPECT_EQ(force(kAdmin, ""), "invalid");
  EXPECT_EQ(force(kAdmin, "urgent"), "done");
  EXPECT_EQ(force(kAdmin, "urgent"), "conflict");  // it is published
  EXPECT_TRUE(versions().live_version("heart").value()->forced);
  EXPECT_EQ(states(), "published");
  EXPECT_EQ(actions(1), Lines{"version.forced heart/1 >1 user 2 (admin): urgent"});
  add(attempt_of("publish", 1));
  EXPECT_FALSE(versions().live_version("heart").value()->forced);
}

TEST_P(Attempts, ForceDoesNotReachPastAVersionThatCameMeanwhile) {
  add(attempt_of("keep", 0));
  add(attempt_of("publish", 0));
  EXPECT_EQ(kind(versions().force("heart", 1, kAdmin, "urgent", at(5))), "conflict");
  EXPECT_EQ(live(), 1);
}

TEST_P(Attempts, ARollbackMovesThePointerAndTheNextVersionGetsTheNextNumber) {
  for (std::int64_t champion = 0; champion < 3; ++champion) add(attempt_of("publish", champion));
  const auto roll_back = [&](std::int64_t to, std::int64_t expected, const Actor& by) {
    return kind(versions().roll_back("heart", to, expected, by, "alarms", at(9)));
  };
  EXPECT_EQ(roll_back(1, 2, kAdmin), "conflict");
  EXPECT_EQ(roll_back(3, 3, kAdmin), "conflict");
  EXPECT_EQ(roll_back(4, 3, kAdmin), "not found");
  EXPECT_EQ(roll_back(1, 3, kApprover), "not allowed");
  EXPECT_EQ(roll_back(1, 3, kOperator), "done");
  EXPECT_EQ(live(), 1);
  EXPECT_EQ(actions(1), Lines{"version.rolled_back heart/1 3>1 operator: alarms"});
  EXPECT_EQ(kind(versions().add_attempt(attempt_of("publish", 3), at(10))), "conflict");
  EXPECT_EQ(add(attempt_of("publish", 1)).version->number, 4);
  EXPECT_EQ(live_changes(), "0>1 1>2 2>3 3>1 1>4");
  EXPECT_EQ(versions().versions("heart").value().size(), 4u);
  EXPECT_EQ(versions().live_changes("heart").value()[3].at, at(9));
}

TEST_P(Attempts, NothingIsLearntFromWhoHasWithdrawnNorDoesItComeBack) {
  const PredictionId maria = somebody("mrn-1");
  ASSERT_TRUE(versions().add_snapshot({"with", "heart", 1, 1, 1, kStart, {maria}}, kStart).ok());
  const auto with = [](const char* verdict, std::int64_t champion, const char* bundle) {
    NewAttempt attempt = attempt_of(verdict, champion);
    attempt.snapshot = "with";
    attempt.bundle = bundle;
    return attempt;
  };
  EXPECT_EQ(versions().snapshot_members("with").value(), std::vector<PredictionId>{maria});
  EXPECT_EQ(kind(versions().snapshot_members("without")), "not found");
  add(with("publish", 0, "first"));
  add(with("publish", 1, "second"));
  add(with("ask", 2, "waiting"));
  add(with("keep", 2, "kept"));
  add(attempt_of("keep", 2));
  const Withdrawal done =
      versions().withdraw({std::nullopt, "mrn-1"}, "by letter", at(20)).take_value();
  EXPECT_EQ(done.bundles, (Lines{"first", "waiting", "kept"}));  // the second is live
  EXPECT_EQ(done.marked_versions,
            (std::vector<std::pair<std::string, std::int64_t>>{{"heart", 1}, {"heart", 2}}));
  EXPECT_EQ(done.retrain, Lines{"heart"});
  std::string marked;
  for (const Attempt& attempt : versions().attempts("heart").take_value()) {
    marked += attempt.contains_withdrawn ? "y" : "n";
  }
  EXPECT_EQ(marked, "yyyyn");
  EXPECT_EQ(versions().snapshot_members("with").value(), std::vector<PredictionId>{});
  EXPECT_EQ(approve(3, kApprover), "not ready");
  EXPECT_EQ(kind(versions().force("heart", 4, kAdmin, "urgent", at(21))), "not ready");
  EXPECT_EQ(kind(versions().roll_back("heart", 1, 2, kAdmin, "alarms", at(21))), "not ready");
  EXPECT_EQ(kind(versions().add_attempt(with("keep", 2, "late"), at(22))), "not ready");
  // The exact retrain does the job.
  ASSERT_EQ(state_of(store_.jobs->jobs(1).value()[0]), RunState::Queued);
  add(attempt_of("publish", 2));
  EXPECT_EQ(state_of(store_.jobs->jobs(1).value()[0]), RunState::Done);
  EXPECT_TRUE(versions().verify_ledger().ok());
}

TEST_P(Attempts, WhoDecidesNamesNobodyInTheReason) {
  somebody("mrn 00482913");
  NewUser user;
  user.email = "maria@example.org";
  user.full_name = "Maria Gonzalez";
  user.password = PasswordState::MustReset;
  ASSERT_TRUE(store_.people->add_user(user, kStart).ok());
  add(attempt_of("ask", 0));
  const auto reject = [&](const std::string& reason) {
    return kind(versions().reject("heart", 1, kApprover, reason, at(3)));
  };
  for (const char* const reason :
       {"alarm of mrn 00482913", "it was wrong (mrn 00482913), again", "maria gonzalez complained",
        "ask me@example.org", "two\nlines"}) {
    EXPECT_EQ(reject(reason), "invalid") << reason;
    EXPECT_EQ(kind(versions().approve("heart", 1, kApprover, reason, at(3))), "invalid");
    EXPECT_EQ(kind(versions().force("heart", 1, kAdmin, reason, at(3))), "invalid");
  }
  EXPECT_EQ(states(), "waiting");
  EXPECT_EQ(reject("too many false alarms on ward 3; see the minutes"), "done");
}

TEST_P(Attempts, WhatMakesNoSenseIsNotWrittenDown) {
  const auto refused = [&](const auto& change) {
    NewAttempt attempt = attempt_of("keep", 0);
    change(attempt);
    return kind(versions().add_attempt(attempt, at(1)));
  };
  EXPECT_EQ(refused([](NewAttempt& a) { a.verdict = "maybe"; }), "invalid");
  EXPECT_EQ(refused([](NewAttempt& a) { a.disease = ""; }), "invalid");
  EXPECT_EQ(refused([](NewAttempt& a) { a.disease = "heart/1"; }), "invalid");
  EXPECT_EQ(refused([](NewAttempt& a) { a.champion = -1; }), "invalid");
  EXPECT_EQ(refused([](NewAttempt& a) { a.approvals = -1; }), "invalid");
  EXPECT_EQ(refused([](NewAttempt& a) { a.reason = "a\tb"; }), "invalid");
  EXPECT_EQ(refused([](NewAttempt& a) { a.snapshot = "unknown"; }), "not found");
  EXPECT_EQ(refused([](NewAttempt&) {}), "done");
}

TEST_P(Attempts, NothingIsHalfDoneWhenAStatementFails) {
  const PredictionId maria = somebody("mrn-1");
  ASSERT_TRUE(versions().add_snapshot({"with", "heart", 1, 1, 1, kStart, {maria}}, kStart).ok());
  add(attempt_of("publish", 0));
  NewAttempt learnt = attempt_of("publish", 1);
  learnt.snapshot = "with";
  add(learnt);
  for (const char* const verdict : {"ask", "ask", "ask"}) add(attempt_of(verdict, 2));
  struct Step {
    const char* name;
    std::function<std::string()> run;
    std::vector<std::string> tables;  // each of which it writes to
  };
  const std::vector<Step> steps = {
      {"reject",
       [&] { return kind(versions().reject("heart", 5, kApprover, "no", at(30))); },
       {"attempts", "ledger"}},
      {"withdraw",
       [&] {
         return kind(versions().withdraw({std::nullopt, "mrn-1"}, "by letter", at(31)));
       },
       {"attempts", "ledger", "snapshots", "withdrawn", "jobs"}},
      {"keep",
       [&] { return kind(versions().add_attempt(attempt_of("keep", 2), at(32))); },
       {"attempts", "ledger"}},
      {"approve",
       [&] { return approve(4, kApprover); },
       {"attempts", "approvals", "versions", "live_changes", "ledger", "jobs"}},
      {"roll back",
       [&] { return kind(versions().roll_back("heart", 1, 3, kAdmin, "x", at(33))); },
       {"live_changes", "ledger"}},
      {"publish",
       [&] { return kind(versions().add_attempt(attempt_of("publish", 1), at(34))); },
       {"attempts", "versions", "live_changes", "ledger"}},
      {"keep", [&] { return kind(versions().add_attempt(attempt_of("keep", 4), at(35))); }, {}},
      {"force",
       [&] { return kind(versions().force("heart", 8, kAdmin, "urgent", at(36))); },
       {"attempts", "versions", "live_changes", "ledger"}}};
  for (const Step& step : steps) {
    const std::string before = everything();
    for (const std::string& table : step.tables) {
      store_.meddle(table, OpenedStore::Table::Fails);
      EXPECT_NE(step.run(), "done") << step.name << " without " << table;
      EXPECT_EQ(everything(), before) << step.name << " without " << table;
      store_.meddle(table, OpenedStore::Table::Works);
    }
    EXPECT_EQ(step.run(), "done") << step.name;  // the control
    EXPECT_NE(everything(), before) << step.name;
    EXPECT_TRUE(versions().verify_ledger().ok()) << step.name;
  }
  EXPECT_EQ(live(), 5);
}

INSTANTIATE_TEST_SUITE_P(Stores, Attempts, testing::ValuesIn(every_backend()),
                         [](const auto& backend) { return backend.param.name; });

}  // namespace
}  // namespace relearn
