#include <gtest/gtest.h>

#include "base/file.h"
#include "unit/storage/sqlite/opened_store.h"

namespace relearn {
namespace {

constexpr const char* kHash =
    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
constexpr const char* kBcrypt = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

NewUser user_of(const std::string& email) {
  return {email, "Maria Gonzalez", Role::Clinician, kHash, PasswordState::Current};
}

TEST(People, AUserIsFoundByAnySpellingOfTheirEmail) {
  OpenedStore opened;
  const UserId id = opened.store->add_user(user_of(" Maria@Example.org "), kNow).take_value();
  opened.reopen();
  for (const char* const spelling :
       {"maria@example.org", "MARIA@EXAMPLE.ORG", " Maria@example.org"}) {
    const auto user = opened.store->find_user(spelling).take_value();
    ASSERT_TRUE(user) << spelling;
    EXPECT_EQ(user->id, id);
    EXPECT_EQ(user->email, "Maria@Example.org");
    EXPECT_EQ(user->full_name, "Maria Gonzalez");
    EXPECT_EQ(user->role, Role::Clinician);
    EXPECT_EQ(user->password_hash, kHash);
    EXPECT_EQ(user->password, PasswordState::Current);
    EXPECT_FALSE(user->disabled);
  }
  EXPECT_FALSE(opened.store->find_user("mario@example.org").take_value());
  EXPECT_FALSE(opened.store->find_user("").take_value());
  EXPECT_EQ(opened.store->count_users().value(), 1u);
}

TEST(People, TwoSpellingsOfOneEmailAreOneAccount) {
  const OpenedStore opened;
  ASSERT_TRUE(opened.store->add_user(user_of("maria@example.org"), kNow).ok());
  const auto again = opened.store->add_user(user_of("MARIA@example.ORG "), kNow);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(again.error().message.find("MARIA"), std::string::npos);
  EXPECT_EQ(opened.store->count_users().value(), 1u);
}

TEST(People, WhatIsNoEmailIsRefused) {
  const OpenedStore opened;
  for (const std::string email :
       {"", " ", "maria", "@", "maria@", "@example.org", "a@b@c", "a b@c", "a@b\tc"}) {
    const auto added = opened.store->add_user(user_of(email), kNow);
    ASSERT_FALSE(added.ok()) << email;
    EXPECT_EQ(added.error().kind, ErrorKind::InvalidInput);
  }
  EXPECT_FALSE(opened.store->add_user(user_of(std::string("a\0b@c", 5)), kNow).ok());
  EXPECT_FALSE(opened.store->add_user(user_of(std::string(250, 'a') + "@b.org"), kNow).ok());
  EXPECT_EQ(opened.store->count_users().value(), 0u);
}

TEST(People, PlainTextIsNeverStoredAsAPassword) {
  const OpenedStore opened;
  NewUser user = user_of("maria@example.org");
  for (const auto& [hash, state] :
       std::vector<std::pair<std::string, PasswordState>>{{"hunter2", PasswordState::Current},
                                                          {"hunter2", PasswordState::Legacy},
                                                          {"", PasswordState::Legacy},
                                                          {"", PasswordState::Current},
                                                          {kBcrypt, PasswordState::Current},
                                                          {kHash, PasswordState::Legacy},
                                                          {kHash, PasswordState::MustReset}}) {
    user.password_hash = hash;
    user.password = state;
    EXPECT_FALSE(opened.store->add_user(user, kNow).ok()) << hash;
  }
  user.password_hash = kBcrypt;
  user.password = PasswordState::Legacy;
  const UserId id = opened.store->add_user(user, kNow).take_value();
  EXPECT_FALSE(opened.store->set_password(id, "hunter2", PasswordState::Current).ok());
  ASSERT_TRUE(opened.store->set_password(id, kHash, PasswordState::Current).ok());
  EXPECT_EQ(opened.store->find_user(user.email).value()->password_hash, kHash);
  EXPECT_EQ(opened.store->set_password({id.value + 1}, kHash, PasswordState::Current).error().kind,
            ErrorKind::NotFound);
}

TEST(People, NoNameEmailReferenceOrEvidenceIsReadableInAnyFileOfTheStore) {
  OpenedStore opened;
  ASSERT_TRUE(opened.store->add_user(user_of("Maria@Example.org"), kNow).ok());
  const Receipt receipt = opened.add(prediction_of("mrn-00482913"));
  NewOutcomeEvent event = confirmed(receipt.prediction);
  event.reason = "Gonzalez said so";
  ASSERT_EQ(opened.add(event).result, Receipt::Result::Added);
  const auto holds = [&opened](std::string_view text) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(opened.folder())) {
      if (!entry.is_regular_file()) continue;
      if (read_file(entry.path(), 1 << 26).value().find(text) != std::string::npos) return true;
    }
    return false;
  };
  for (const bool is_closed : {false, true}) {
    if (is_closed) opened.close();
    for (const char* const secret :
         {"Maria", "maria", "xample.org", "Gonzalez", "00482913", "doctor@", "4711", "argon2id"}) {
      EXPECT_FALSE(holds(secret)) << secret;
    }
    EXPECT_TRUE(holds("angiography"));  // the control: what is not a name is found
  }
}

TEST(People, AnEditedOrMovedSealedColumnIsNoticed) {
  const OpenedStore opened;
  ASSERT_TRUE(opened.store->add_user(user_of("maria@example.org"), kNow).ok());
  ASSERT_TRUE(opened.store->add_user(user_of("ana@example.org"), kNow).ok());
  ASSERT_TRUE(opened.store->find_user("ana@example.org").ok());
  ASSERT_EQ(opened.edit("UPDATE users SET password_hash_sealed = (SELECT password_hash_sealed FROM "
                        "users WHERE id = 1) WHERE id = 2"),
            "");
  const auto moved = opened.store->find_user("ana@example.org");
  ASSERT_FALSE(moved.ok());
  EXPECT_EQ(moved.error().kind, ErrorKind::BrokenInvariant);
  EXPECT_TRUE(opened.store->find_user("maria@example.org").ok());
}

}  // namespace
}  // namespace relearn
