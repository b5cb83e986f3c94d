#include <gtest/gtest.h>

#include "unit/storage/sqlite/opened_store.h"

namespace relearn {
namespace {

constexpr const char* kHash =
    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

constexpr const char* kOtherHash =
    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$AAAAAOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

Moment after(std::int64_t seconds) { return {kNow.seconds + seconds}; }

UserId add(OpenedStore& opened, const std::string& email) {
  return opened.store
      ->add_user({email, "Maria", Role::Patient, kHash, PasswordState::Current}, kNow)
      .take_value();
}

bool is_open(OpenedStore& opened, const std::string& id, std::int64_t seconds = 1) {
  return opened.store->session_user(id, after(seconds)).value().has_value();
}

TEST(Sessions, NameTheAccountAsItIsNowUntilTheyExpire) {
  OpenedStore opened;
  const UserId maria = add(opened, "maria@example.org");
  ASSERT_TRUE(opened.store->add_session("secret", maria, kNow, after(60)).ok());
  opened.reopen();
  EXPECT_EQ(opened.store->session_user("secret", after(59)).value()->id, maria);
  EXPECT_FALSE(is_open(opened, "secret", 60));
  EXPECT_FALSE(is_open(opened, "another"));
  ASSERT_TRUE(
      opened.store
          ->add_user({"admin@example.org", "A", Role::Admin, kHash, PasswordState::Current}, kNow)
          .ok());
  const Actor by{.user = std::nullopt, .role = Role::Admin};
  ASSERT_TRUE(opened.store->set_role(maria, Role::Clinician, by, after(1)).ok());
  EXPECT_EQ(opened.store->session_user("secret", after(1)).value()->role, Role::Clinician);
  ASSERT_TRUE(opened.store->set_password(maria, kOtherHash, PasswordState::Current).ok());
  EXPECT_EQ(opened.store->session_user("secret", after(1)).value()->password_hash, kOtherHash);
  ASSERT_TRUE(opened.store->set_state(maria, AccountState::Disabled, by, after(1)).ok());
  EXPECT_FALSE(is_open(opened, "secret"));
}

TEST(Sessions, AreNotInTheDatabaseSoThatACopyOfItOpensNone) {
  OpenedStore opened;
  const UserId maria = add(opened, "maria@example.org");
  ASSERT_TRUE(opened.store->add_session("secret", maria, kNow, after(60)).ok());
  EXPECT_EQ(opened.query("SELECT count(*) FROM sessions"), "1");
  EXPECT_EQ(opened.query("SELECT count(*) FROM sessions WHERE id_index LIKE '%secret%'"), "0");
}

TEST(Sessions, EndOneByOneAllAtOnceAndWithTheAccount) {
  OpenedStore opened;
  const UserId maria = add(opened, "maria@example.org"), jon = add(opened, "jon@example.org");
  for (const char* const id : {"a", "b", "c"}) {
    ASSERT_TRUE(opened.store->add_session(id, maria, kNow, after(60)).ok());
  }
  ASSERT_TRUE(opened.store->add_session("of jon", jon, kNow, after(60)).ok());
  ASSERT_TRUE(opened.store->end_session("a").ok());
  ASSERT_TRUE(opened.store->end_session("a").ok());
  EXPECT_FALSE(is_open(opened, "a"));
  EXPECT_TRUE(is_open(opened, "b"));
  ASSERT_TRUE(opened.store->end_sessions(maria).ok());
  EXPECT_FALSE(is_open(opened, "b"));
  EXPECT_TRUE(is_open(opened, "of jon"));
  Subject who;
  who.user = jon;
  ASSERT_TRUE(opened.store->withdraw(who, "asked", kNow).ok());
  EXPECT_EQ(opened.query("SELECT count(*) FROM sessions"), "0");
}

TEST(Sessions, OfOneAccountAreLimitedAndExpiredOnesAreForgotten) {
  OpenedStore opened;
  const UserId maria = add(opened, "maria@example.org"), jon = add(opened, "jon@example.org");
  ASSERT_TRUE(opened.store->add_session("of jon", jon, kNow, after(60)).ok());
  for (int i = 0; i <= kSessionsOfAUserMax; ++i) {
    ASSERT_TRUE(opened.store->add_session(std::to_string(i), maria, kNow, after(60)).ok());
  }
  EXPECT_FALSE(is_open(opened, "0"));
  EXPECT_TRUE(is_open(opened, "1"));
  EXPECT_TRUE(is_open(opened, "of jon"));
  ASSERT_TRUE(opened.store->add_session("later", jon, after(60), after(120)).ok());
  EXPECT_EQ(opened.query("SELECT count(*) FROM sessions"), "1");
  EXPECT_EQ(opened.store->add_session("x", {99}, kNow, after(60)).error().kind,
            ErrorKind::NotFound);
}

TEST(Predictions, OfAnAccountAreTheirsAloneTheLatestFirst) {
  OpenedStore opened;
  const UserId maria = add(opened, "maria@example.org"), jon = add(opened, "jon@example.org");
  for (const int age : {50, 51, 52}) {
    NewPrediction made;
    made.disease = "heart";
    made.subject.user = age == 51 ? jon : maria;
    made.made_at = kNow;
    made.inputs = {{"age_years", static_cast<double>(age)}};
    ASSERT_TRUE(opened.store->add_predictions({&made, 1}, {"predictions", "", kNow}).ok());
  }
  const auto hers = opened.store->predictions_of(maria, 10).take_value();
  ASSERT_EQ(hers.size(), 2u);
  EXPECT_EQ(hers[0].inputs[0].second, 52);
  EXPECT_EQ(hers[1].inputs[0].second, 50);
  EXPECT_EQ(opened.store->predictions_of(maria, 1).value().size(), 1u);
  EXPECT_TRUE(opened.store->predictions_of({99}, 10).value().empty());

  const auto older = opened.store->history_of(maria, hers[0].id, 10).take_value();
  ASSERT_EQ(older.size(), 1u);
  EXPECT_EQ(older[0].id.text, hers[1].id.text);
  EXPECT_TRUE(opened.store->history_of(maria, hers[1].id, 10).value().empty());
  EXPECT_EQ(opened.store->history_of(jon, hers[0].id, 10).error().kind, ErrorKind::InvalidInput);
}

}  // namespace
}  // namespace relearn
