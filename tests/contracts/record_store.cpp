// Every store against the model, in long random histories; the store is closed and opened now and
// then. RELEARN_CONTRACT_STEPS makes them longer.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "base/random.h"
#include "base/text.h"
#include "contracts/record_store_backends.h"
#include "contracts/record_store_model.h"
#include "support/scratch_folder.h"

namespace relearn {
namespace {

constexpr std::array<const char*, 2> kDiseases = {"heart", "diabetes"};
constexpr std::array<const char*, 4> kVerdicts = {"keep", "inconclusive", "ask", "publish"};
constexpr Moment kStart{1'700'000'000};

/// One history: steps on the store and on the model, compared as they go.
class History {
 public:
  History(const Backend& backend, std::uint64_t seed)
      : backend_(backend), random_(seed), ids_(seed) {
    reopen();
  }

  void run(int steps) {
    for (int step = 0; step < steps && !testing::Test::HasFailure(); ++step) {
      SCOPED_TRACE(fmt::format("step {}", step));
      now_.seconds += static_cast<std::int64_t>(random_.below(2 * kSecondsPerDay));
      switch (random_.below(24)) {
        case 0:
          reopen();
          break;
        case 1:
          withdraw();
          break;
        case 2:
        case 3:
          take_snapshot();
          break;
        case 4:
        case 5:
          add_attempt();
          break;
        case 7:
        case 8:
        case 9:
        case 10:
        case 11:
          decide();
          break;
        case 6:
          add_user();
          break;
        default:
          if (random_.below(2) == 0) {
            add_predictions();
          } else {
            add_outcomes();
          }
      }
      if (step % 10 == 9) compare();
    }
    reopen();
    compare();
  }

  std::uint64_t added_predictions = 0, added_outcomes = 0, withdrawals = 0, published = 0;
  std::uint64_t adjudicated = 0, by_whoever_confirmed = 0, marked_versions = 0, bundles = 0;
  std::uint64_t approved = 0, rejected = 0, forced = 0, rolled_back = 0, overtaken = 0;

  std::map<std::string, std::uint64_t> seen() const {
    return {{"predictions", added_predictions},
            {"outcomes", added_outcomes},
            {"withdrawals", withdrawals},
            {"published", published},
            {"adjudicated", adjudicated},
            {"by whoever confirmed", by_whoever_confirmed},
            {"marked versions", marked_versions},
            {"bundles", bundles},
            {"approved", approved},
            {"rejected", rejected},
            {"forced", forced},
            {"rolled back", rolled_back},
            {"overtaken", overtaken}};
  }

 private:
  template <typename T>
  const T& any(const std::vector<T>& items) {
    return items[random_.below(items.size())];
  }
  std::string disease() { return kDiseases[random_.below(kDiseases.size())]; }
  std::string reference() { return fmt::format("record {}", random_.below(40)); }

  void reopen() {
    store_ = {};
    store_ = backend_(scratch_.path(), [this](std::span<unsigned char> bytes) {
      for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(ids_.next());
    });
  }

  NewPrediction some_prediction() {
    NewPrediction p;
    p.disease = disease();
    p.disease_version = static_cast<int>(random_.below(3));
    if (random_.below(5) > 0) p.subject.reference = reference();
    if (!users_.empty() && random_.below(4) == 0) {
      p.subject.reference.clear();
      p.subject.user = any(users_);
    }
    p.made_at = {now_.seconds - static_cast<std::int64_t>(random_.below(100'000))};
    const std::uint64_t inputs = random_.below(4);
    for (std::uint64_t i = 0; i < inputs; ++i) {
      p.inputs.emplace_back(fmt::format("input_{}", i), random_.normal() * 100);
    }
    p.model_version = random_.below(3) == 0 ? "" : "abc";
    if (random_.below(3) > 0) p.risk = ServedRisk(random_.uniform() * 1.05);  // some above 1
    p.shown = random_.below(2) == 0 ? "high" : "";
    if (random_.below(2) == 0) p.import_key = fmt::format("file/{}", random_.below(400));
    return p;
  }

  void add_predictions() {
    std::vector<NewPrediction> list(1 + random_.below(5));
    for (NewPrediction& prediction : list) prediction = some_prediction();
    const auto receipts = store_.records->add_predictions(
        list, {"predictions", fmt::format("{}", random_.below(9)), now_});
    ASSERT_TRUE(receipts.ok()) << receipts.error().message;
    ASSERT_EQ(receipts.value().size(), list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
      const Receipt& receipt = receipts.value()[i];
      ASSERT_EQ(receipt.result, model_.expect(list[i])) << receipt.refused_because;
      ASSERT_EQ(receipt.refused_because.empty(), receipt.result != Receipt::Result::Refused);
      if (receipt.result == Receipt::Result::AlreadyThere) {
        ASSERT_EQ(receipt.prediction, model_.imported.at(list[i].import_key));
      } else if (receipt.result == Receipt::Result::Added) {
        ASSERT_EQ(receipt.prediction.text.size(), 28u);
        ASSERT_FALSE(model_.predictions.contains(receipt.prediction));
        model_.add(receipt.prediction, list[i]);
        ++added_predictions;
      }
    }
  }

  NewOutcomeEvent some_event() {
    NewOutcomeEvent e;
    e.prediction = {"p-nobody"};
    if (!model_.order.empty() && random_.below(20) > 0) {
      // Mostly one of a few, so that outcomes grow old: confirmed, contested, adjudicated,
      // corrected.
      const std::size_t few = std::min<std::size_t>(model_.order.size(), 4);
      e.prediction = random_.below(2) == 0 ? any(model_.order) : model_.order[random_.below(few)];
    }
    e.state = static_cast<OutcomeState>(random_.below(5));
    e.value = random_.below(2) == 0 ? OutcomeValue::Absent : OutcomeValue::Present;
    e.source = static_cast<OutcomeSource>(random_.below(6));
    e.reference_standard = random_.below(12) == 0 ? "" : "angiography";
    e.actor = fmt::format("doctor {}", random_.below(3));
    e.actor_role = random_.below(4) == 0 ? static_cast<Role>(random_.below(4)) : Role::Clinician;
    e.blinded = random_.below(2) == 0;
    e.evidence = random_.below(2) == 0 ? "" : "report 7";
    e.reason = random_.below(8) == 0 ? "" : "the laboratory corrected it";
    e.observed_on =
        date_of({now_.seconds - static_cast<std::int64_t>(random_.below(3)) * kSecondsPerDay});
    e.recorded_at = now_;
    if (random_.below(3) == 0) e.import_key = fmt::format("outcome/{}", random_.below(300));
    return e;
  }

  void add_outcomes() {
    std::vector<NewOutcomeEvent> list(1 + random_.below(8));
    for (NewOutcomeEvent& event : list) event = some_event();
    if (random_.below(3) == 0) list.back().prediction = list.front().prediction;
    const auto receipts = store_.records->add_outcomes(list, {"outcomes", "", now_});
    ASSERT_TRUE(receipts.ok()) << receipts.error().message;
    ASSERT_EQ(receipts.value().size(), list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
      const Receipt& receipt = receipts.value()[i];
      ASSERT_EQ(receipt.result, model_.expect(list[i])) << receipt.refused_because;
      const bool adjudicates = list[i].state == OutcomeState::Adjudicated;
      if (receipt.result == Receipt::Result::Added) {
        model_.add(list[i]);
        ++added_outcomes;
        adjudicated += adjudicates ? 1 : 0;
      }
      by_whoever_confirmed += receipt.refused_because.find("who confirmed") == 0 ? 1 : 0;
    }
  }

  void add_user() {
    const std::uint64_t number = random_.below(12);
    const std::array<std::string, 3> spellings = {fmt::format("user{}@example.org", number),
                                                  fmt::format(" User{}@Example.ORG ", number),
                                                  fmt::format("USER{}@EXAMPLE.ORG", number)};
    NewUser user;
    user.email = spellings[random_.below(3)];
    user.full_name = fmt::format("Quillon Vandermeer {}", number);
    user.password = PasswordState::MustReset;
    const auto id = store_.people->add_user(user, now_);
    const bool gone = model_.withdrawn.contains(spellings[0]);
    if (emails_.contains(spellings[0]) || gone) {
      ASSERT_FALSE(id.ok());
      ASSERT_EQ(id.error().kind, gone ? ErrorKind::NotAllowed : ErrorKind::Conflict);
      return;
    }
    ASSERT_TRUE(id.ok()) << id.error().message;
    emails_[spellings[0]] = {id.value(), user};
    users_.push_back(id.value());
  }

  void check_withdrawal(const Withdrawal& done, const std::string& person) {
    const Withdrawal expected = model_.expected_withdrawal(person);
    EXPECT_EQ(done.predictions, expected.predictions);
    EXPECT_EQ(done.outcomes, expected.outcomes);
    auto snapshots = done.revoked_snapshots, retrain = done.retrain;
    auto marked = done.marked_versions;
    std::ranges::sort(snapshots);
    std::ranges::sort(marked);
    std::ranges::sort(retrain);
    EXPECT_EQ(snapshots, expected.revoked_snapshots);
    EXPECT_EQ(marked, expected.marked_versions);
    EXPECT_EQ(retrain, expected.retrain);
    auto gone = done.bundles;
    std::ranges::sort(gone);
    EXPECT_EQ(gone, expected.bundles);
    bundles += gone.size();
    model_.withdraw(person);
    ++withdrawals;
    marked_versions += marked.size();
  }

  /// Whom models are learnt from.
  std::string somebody_confirmed() {
    std::vector<std::string> persons;
    for (const auto& [id, prediction] : model_.predictions) {
      if (prediction.confirmed() && !prediction.what.subject.reference.empty()) {
        persons.push_back(prediction.person);
      }
    }
    return persons.empty() ? reference() : any(persons);
  }

  void withdraw() {
    if (!emails_.empty() && random_.below(3) == 0) {
      const auto at =
          std::next(emails_.begin(), static_cast<std::ptrdiff_t>(random_.below(emails_.size())));
      const auto [email, account] = *at;
      const UserId id = account.first;
      const auto done = store_.versions->withdraw({id, ""}, "on request", now_);
      ASSERT_TRUE(done.ok()) << done.error().message;
      check_withdrawal(done.value(), fmt::format("user {}", id.value));
      model_.withdrawn.insert(email);
      emails_.erase(at);
      std::erase(users_, id);
      return;
    }
    const std::string person = random_.below(3) == 0 ? reference() : somebody_confirmed();
    const auto done = store_.versions->withdraw({std::nullopt, person}, "on request", now_);
    ASSERT_EQ(done.ok(), model_.knows(person));
    if (!done.ok()) {
      ASSERT_EQ(done.error().kind, ErrorKind::NotFound);
      return;
    }
    check_withdrawal(done.value(), person);
  }

  void take_snapshot() {
    NewSnapshot snapshot;
    snapshot.disease = disease();
    snapshot.digest = fmt::format("{:064x}", ++digests_);
    snapshot.cut_off = now_;
    for (const auto& [id, prediction] : model_.predictions) {
      if (prediction.what.disease == snapshot.disease && prediction.confirmed() &&
          random_.below(4) > 0) {
        snapshot.members.push_back(id);
      }
    }
    snapshot.rows = snapshot.members.size();
    ASSERT_TRUE(store_.versions->add_snapshot(snapshot, now_).ok());
    ASSERT_TRUE(store_.versions->add_snapshot(snapshot, now_).ok());  // the second time: nothing
    model_.snapshots[snapshot.digest] = snapshot;
  }

  NewAttempt some_attempt() {
    NewAttempt attempt;
    attempt.disease = disease();
    attempt.model_digest = fmt::format("{:064x}", ++digests_);
    attempt.bundle = fmt::format("{:064x}", ++digests_);
    attempt.baseline_digest = "base";
    attempt.reason = "weekly";
    attempt.verdict = kVerdicts[random_.below(kVerdicts.size())];
    attempt.approvals = static_cast<int>(1 + random_.below(2));
    attempt.one_person_may_do_both = random_.below(4) == 0;
    attempt.started_by = random_.below(3) == 0 ? Actor{} : some_actor();
    if (!model_.snapshots.empty() && random_.below(4) > 0) {
      // One of the latest: an old one is often revoked.
      const std::size_t back = 1 + random_.below(std::min<std::size_t>(model_.snapshots.size(), 3));
      const auto at = std::prev(model_.snapshots.end(), static_cast<std::ptrdiff_t>(back));
      attempt.snapshot = at->first;
      attempt.disease = at->second.disease;
    }
    attempt.champion =
        model_.live(attempt.disease) + static_cast<std::int64_t>(random_.below(6) == 0);
    return attempt;
  }

  Actor some_actor() {
    constexpr std::array kRoles = {Role::Patient,  Role::Clinician, Role::Approver,
                                   Role::Approver, Role::Admin,     Role::Admin};
    const std::size_t number = random_.below(kRoles.size());
    return {UserId{static_cast<std::int64_t>(number)}, kRoles[number]};
  }

  void add_attempt() {
    const NewAttempt attempt = some_attempt();
    const auto done = store_.versions->add_attempt(attempt, now_);
    const auto expected = model_.expect(attempt);
    ASSERT_EQ(done.ok(), !expected.has_value());
    if (!done.ok()) {
      ASSERT_EQ(done.error().kind, *expected) << done.error().message;
      return;
    }
    model_.add(attempt, now_);
    published += done.value().version.has_value() ? 1 : 0;
  }

  /// Somebody's word on one of the latest attempts, right or wrong; or back to an old version.
  void decide() {
    const std::string disease = this->disease();
    const auto& attempts = model_.attempts[disease];
    if (attempts.empty()) return;
    const std::size_t back = 1 + random_.below(std::min<std::size_t>(attempts.size(), 4));
    const auto number = static_cast<std::int64_t>(attempts.size() - back + 1);
    const Actor by = random_.below(8) == 0 ? Actor{} : some_actor();
    VersionStore& store = *store_.versions;
    std::optional<ErrorKind> said;
    const auto kind = [](const auto& result) {
      return result.ok() ? std::nullopt : std::optional(result.error().kind);
    };
    StoreModel after = model_;
    std::optional<ErrorKind> expected;
    switch (random_.below(6)) {
      case 0:
        said = kind(store.reject(disease, number, by, "too few", now_));
        expected = after.reject(disease, number, by);
        rejected += said ? 0 : 1;
        break;
      case 1:
        said = kind(store.force(disease, number, by, "the clinic asks", now_));
        expected = after.force(disease, number, by, now_);
        forced += said ? 0 : 1;
        break;
      case 2: {
        const auto to = static_cast<std::int64_t>(1 + random_.below(4));
        const std::int64_t live = after.live(disease) + (random_.below(6) == 0 ? 1 : 0);
        said = kind(store.roll_back(disease, to, live, by, "too many alarms", now_));
        expected = after.roll_back(disease, to, live, by, now_);
        rolled_back += said ? 0 : 1;
        break;
      }
      default:
        said = kind(store.approve(disease, number, by, "looks right", now_));
        expected = after.approve(disease, number, by, now_);
        approved += said ? 0 : 1;
    }
    ASSERT_EQ(said, expected);
    if (!said) model_ = after;
  }

  void compare_records(const std::string& disease) {
    const RecordCounts counts = store_.records->count_records(disease).value();
    const RecordCounts expected = model_.counts(disease);
    EXPECT_EQ(counts.found, expected.found);
    EXPECT_EQ(counts.without_outcome, expected.without_outcome);
    EXPECT_EQ(counts.reported, expected.reported);
    EXPECT_EQ(counts.contested, expected.contested);
    EXPECT_EQ(counts.retracted, expected.retracted);
    EXPECT_EQ(counts.confirmed, expected.confirmed);
    std::vector<std::string> confirmed, verification;
    ASSERT_TRUE(store_.records
                    ->visit_confirmed(disease,
                                      [&](const ConfirmedRecord& record) -> Result<void> {
                                        confirmed.push_back(line_of(record));
                                        return {};
                                      })
                    .ok());
    EXPECT_EQ(confirmed, model_.confirmed(disease));
    ASSERT_TRUE(store_.records
                    ->visit_verification(
                        disease,
                        [&](const Prediction& p, bool is_confirmed) -> Result<void> {
                          verification.push_back(fmt::format(
                              "{} {} {}", p.id.text, p.risk ? p.risk->value : -1, is_confirmed));
                          return {};
                        })
                    .ok());
    EXPECT_EQ(verification, model_.verification(disease));
  }

  void compare_versions(const std::string& disease) {
    const auto& expected = model_.attempts[disease];
    const auto attempts = store_.versions->attempts(disease).value();
    ASSERT_EQ(attempts.size(), expected.size());
    for (std::size_t i = 0; i < attempts.size(); ++i) {
      EXPECT_EQ(line_of(attempts[i]), line_of(expected[i].attempt));
      EXPECT_EQ(attempts[i].what.started_by, expected[i].attempt.what.started_by);
      const auto given = store_.versions->approvals(disease, attempts[i].number).value();
      ASSERT_EQ(given.size(), expected[i].approvals.size());
      for (std::size_t n = 0; n < given.size(); ++n) {
        EXPECT_EQ(given[n].by, expected[i].approvals[n].by);
      }
      overtaken += attempts[i].state == AttemptState::Overtaken ? 1 : 0;
    }
    const auto& numbers = model_.versions[disease];
    const auto versions = store_.versions->versions(disease).value();
    ASSERT_EQ(versions.size(), numbers.size());
    for (std::size_t i = 0; i < versions.size(); ++i) {
      const auto& attempt = expected[static_cast<std::size_t>(numbers[i] - 1)];
      EXPECT_EQ(versions[i].number, static_cast<std::int64_t>(i + 1));
      EXPECT_EQ(versions[i].attempt, numbers[i]);
      EXPECT_EQ(versions[i].forced, attempt.forced);
      EXPECT_EQ(versions[i].what.bundle, attempt.attempt.what.bundle);
      EXPECT_EQ(versions[i].contains_withdrawn, attempt.attempt.contains_withdrawn);
    }
    const auto live = store_.versions->live_version(disease).value();
    EXPECT_EQ(live ? live->number : 0, model_.live(disease));
    const auto changes = store_.versions->live_changes(disease).value();
    ASSERT_EQ(changes.size(), model_.changes[disease].size());
    for (std::size_t i = 0; i < changes.size(); ++i) {
      EXPECT_EQ(changes[i].to, model_.changes[disease][i].to);
      EXPECT_EQ(changes[i].from, i == 0 ? 0 : changes[i - 1].to);
      EXPECT_EQ(changes[i].at, model_.changes[disease][i].at);
    }
    for (const Snapshot& snapshot : store_.versions->snapshots(disease).take_value()) {
      EXPECT_EQ(snapshot.revoked, model_.revoked.contains(snapshot.digest));
      EXPECT_EQ(snapshot.rows, model_.snapshots.at(snapshot.digest).rows);
      auto members = model_.snapshots.at(snapshot.digest).members;
      std::erase_if(members, [&](const auto& id) { return !model_.predictions.contains(id); });
      std::ranges::sort(members);
      EXPECT_EQ(store_.versions->snapshot_members(snapshot.digest).value(), members);
    }
  }

  void compare() {
    for (const char* const disease : kDiseases) {
      compare_records(disease);
      compare_versions(disease);
    }
    std::set<std::string> queued;
    for (const Job& job : store_.jobs->jobs(1000).take_value()) {
      if (state_of(job) != RunState::Queued) continue;
      EXPECT_TRUE(queued.insert(job.runs[0].disease).second);
    }
    EXPECT_EQ(queued, model_.queued);
    const auto verified = store_.versions->verify_ledger();
    EXPECT_TRUE(verified.ok()) << verified.error().message;
    EXPECT_EQ(store_.people->count_users().value(), emails_.size());
    for (const auto& [email, account] : emails_) {
      const auto user = store_.people->find_user(email).value();
      ASSERT_TRUE(user);
      EXPECT_EQ(user->id, account.first);
      EXPECT_EQ(user->email, trim(account.second.email));
      EXPECT_EQ(user->full_name, account.second.full_name);
    }
    for (const auto& [key, id] : model_.imported) {
      EXPECT_EQ(store_.records->find_imported(key).value().value().id, id);
    }
    for (const PredictionId& id : model_.order) {
      const auto found = store_.records->find_prediction(id).value();
      ASSERT_TRUE(found);
      EXPECT_EQ(found->inputs, model_.predictions.at(id).what.inputs);
      EXPECT_EQ(found->person.has_value(), !model_.predictions.at(id).person.empty());
    }
  }

  const ScratchFolder scratch_;
  const Backend& backend_;
  Random random_, ids_;  // the same seed, the same history
  Moment now_ = kStart;
  OpenedStore store_;
  StoreModel model_;
  std::map<std::string, std::pair<UserId, NewUser>> emails_;
  std::vector<UserId> users_;
  std::uint64_t digests_ = 0;
};

class EveryStore : public testing::TestWithParam<NamedBackend> {};

TEST_P(EveryStore, DoesWhatTheModelDoesInEveryHistory) {
  const char* const longer = std::getenv("RELEARN_CONTRACT_STEPS");
  const int steps = longer == nullptr ? 300 : std::atoi(longer);
  std::map<std::string, std::uint64_t> seen;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    History history(GetParam().backend, seed);
    history.run(steps);
    for (const auto& [what, times] : history.seen()) seen[what] += times;
  }
  // A history in which nothing happens proves nothing.
  const std::map<std::string, std::uint64_t> enough = {
      {"predictions", 500}, {"outcomes", 100},      {"withdrawals", 10},
      {"published", 20},    {"adjudicated", 10},    {"by whoever confirmed", 3},
      {"approved", 5},      {"marked versions", 5}, {"bundles", 5},
      {"rejected", 3},      {"forced", 3},          {"rolled back", 3},
      {"overtaken", 5}};
  for (const auto& [what, least] : enough) EXPECT_GT(seen[what], least) << what;
}

NewPrediction somebody() {
  NewPrediction prediction;
  prediction.disease = "heart";
  prediction.subject.reference = "somebody";
  prediction.made_at = kStart;
  prediction.inputs = {{"age_years", 61}};
  return prediction;
}

TEST_P(EveryStore, IsAboutInventedPeopleForGoodOnceTheyWereAdmitted) {
  const ScratchFolder scratch;
  OpenedStore store = GetParam().backend(scratch.path(), system_random());
  EXPECT_EQ(store.records->people_kind().value(), PeopleKind::Real);
  ASSERT_TRUE(store.records->admit(PeopleKind::Real, kStart).ok()) << "says nothing for good";
  ASSERT_TRUE(store.records->admit(PeopleKind::Invented, kStart).ok());
  ASSERT_TRUE(
      store.records->add_predictions(std::vector{somebody()}, {"by hand", "", kStart}).ok());
  store = {};
  store = GetParam().backend(scratch.path(), system_random());
  EXPECT_EQ(store.records->people_kind().value(), PeopleKind::Invented);
  EXPECT_TRUE(store.records->admit(PeopleKind::Invented, kStart).ok());
  EXPECT_EQ(store.records->admit(PeopleKind::Real, kStart).error().kind, ErrorKind::Conflict);
}

TEST_P(EveryStore, TakesNoInventedPeopleOnceSomebodyIsThere) {
  const ScratchFolder scratch;
  const OpenedStore store = GetParam().backend(scratch.path(), system_random());
  ASSERT_TRUE(
      store.records->add_predictions(std::vector{somebody()}, {"by hand", "", kStart}).ok());
  EXPECT_EQ(store.records->admit(PeopleKind::Invented, kStart).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(store.records->people_kind().value(), PeopleKind::Real);
  EXPECT_TRUE(store.records->admit(PeopleKind::Real, kStart).ok());
}

INSTANTIATE_TEST_SUITE_P(Stores, EveryStore, testing::ValuesIn(every_backend()),
                         [](const auto& backend) { return backend.param.name; });

}  // namespace
}  // namespace relearn
