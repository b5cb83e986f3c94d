// Later generations of locked people: drawn once, and gone with whoever withdraws.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/storage/sqlite/opened_store.h"

namespace relearn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::UnorderedElementsAre;

struct Drawn {
  OpenedStore opened;
  PredictionId maria = opened.add(prediction_of("mrn-1")).prediction;
  PredictionId ana = opened.add(prediction_of("mrn-2")).prediction;

  Result<void> draw(unsigned generation, std::vector<PredictionId> members) {
    return opened.store->lock_away("heart", {generation, kNow, 3, std::move(members)});
  }
  std::vector<LockedGeneration> generations() const {
    return opened.store->locked_generations("heart").take_value();
  }
};

TEST(LockedPeople, AreKeptAsTheyWereDrawn) {
  Drawn drawn;
  ASSERT_TRUE(drawn.draw(2, {drawn.maria, drawn.ana}).ok());
  drawn.opened.reopen();
  const auto generations = drawn.generations();
  ASSERT_THAT(generations, SizeIs(1));
  EXPECT_EQ(generations[0].generation, 2u);
  EXPECT_EQ(generations[0].anchor, 3);
  EXPECT_EQ(generations[0].drawn_at.seconds, kNow.seconds);
  EXPECT_THAT(generations[0].members, UnorderedElementsAre(drawn.maria, drawn.ana));
  EXPECT_TRUE(drawn.opened.store->locked_generations("diabetes").take_value().empty());
  EXPECT_EQ(drawn.opened.store->ledger().take_value().back().subject, "heart/locked/2");
  EXPECT_TRUE(drawn.opened.store->verify_ledger().ok());
}

TEST(LockedPeople, AreDrawnOnceAndInOrder) {
  Drawn drawn;
  EXPECT_THAT(drawn.draw(3, {drawn.maria}).error().message, HasSubstr("generation 1 of locked"));
  ASSERT_TRUE(drawn.draw(2, {drawn.maria}).ok());
  EXPECT_EQ(drawn.draw(2, {drawn.ana}).error().kind, ErrorKind::Conflict);
  ASSERT_TRUE(drawn.draw(3, {drawn.ana}).ok());
  EXPECT_THAT(drawn.generations(), SizeIs(2));
  EXPECT_NE(drawn.opened.edit("UPDATE locked_members SET generation = 2"), "");
}

TEST(LockedPeople, AreNoneOfWhomOneIsGone) {
  Drawn drawn;
  EXPECT_EQ(drawn.draw(2, {drawn.maria, PredictionId{"p-unknown"}}).error().kind,
            ErrorKind::Conflict);
  EXPECT_THAT(drawn.generations(), SizeIs(0));
}

TEST(LockedPeople, LeaveWhenTheyWithdraw) {
  Drawn drawn;
  ASSERT_TRUE(drawn.draw(2, {drawn.maria, drawn.ana}).ok());
  ASSERT_TRUE(drawn.opened.store->withdraw({std::nullopt, "mrn-1"}, "asked", kNow).ok());
  EXPECT_THAT(drawn.generations()[0].members, ElementsAre(drawn.ana));
}

}  // namespace
}  // namespace relearn
