#include "lifecycle/selection/locked_draw.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/digest.h"

namespace relearn {
namespace {

using testing::HasSubstr;

std::string keyed(std::string_view person) { return sha256("some key" + std::string(person)); }

LockedSetPlan plan() {
  return {.share = 0.25, .at_least = {.persons = 20, .cases = 5, .non_cases = 5}};
}

/// New people with two records each, every fourth ill; of some others the model has learnt.
Selection selection_of(std::size_t persons, std::size_t others = 0) {
  Selection selection;
  for (std::size_t i = 0; i < 2 * (persons + others); ++i) {
    RawRecord record;
    record.person = fmt::format("person {}", i / 2);
    record.outcome = i / 2 % 4 == 0;
    record.is_new = i / 2 < persons;
    selection.records.push_back(record);
    selection.predictions.push_back({fmt::format("p-{:04}", i)});
  }
  return selection;
}

std::set<std::string> names(const LockedDraw& draw) {
  std::set<std::string> all;
  for (const PredictionId& id : draw.members) all.insert(id.text);
  return all;
}

TEST(LockedDraw, TakesItsShareOfNewPeopleOfEachClassWholePersonsOnly) {
  const LockedDraw draw = draw_locked(selection_of(200, 100), plan(), 2, keyed);
  EXPECT_EQ(draw.persons, 51u);  // a quarter of 50 and of 150, rounded up
  EXPECT_EQ(draw.cases, 13u);
  EXPECT_EQ(draw.members.size(), 2 * draw.persons);
  const auto drawn = names(draw);
  for (int i = 0; i < 400; i += 2) {
    EXPECT_EQ(drawn.contains(fmt::format("p-{:04}", i)),
              drawn.contains(fmt::format("p-{:04}", i + 1)));
  }
  for (int i = 400; i < 600; ++i) {
    EXPECT_FALSE(drawn.contains(fmt::format("p-{:04}", i))) << "learnt from already";
  }
}

TEST(LockedDraw, DependsOnKeyAndGenerationOnly) {
  Selection turned = selection_of(200);
  std::reverse(turned.records.begin(), turned.records.end());
  std::reverse(turned.predictions.begin(), turned.predictions.end());
  const LockedDraw draw = draw_locked(selection_of(200), plan(), 2, keyed);
  EXPECT_EQ(draw.members, draw_locked(turned, plan(), 2, keyed).members);
  EXPECT_NE(draw.members, draw_locked(selection_of(200), plan(), 3, keyed).members);
  const auto other = [](std::string_view person) { return sha256(person); };
  EXPECT_NE(draw.members, draw_locked(selection_of(200), plan(), 2, other).members);
}

TEST(LockedDraw, RaisesTheShareToTheMinimaAndTakesAtMostHalfOfAClass) {
  const LockedDraw half = draw_locked(selection_of(40), plan(), 2, keyed);
  EXPECT_EQ(half.persons, 20u);
  EXPECT_EQ(half.cases, 5u);
  const LockedDraw none = draw_locked(selection_of(36), plan(), 2, keyed);
  EXPECT_EQ(none.persons, 0u);
  EXPECT_TRUE(none.members.empty());
  EXPECT_THAT(none.none_because,
              HasSubstr("of 9 new confirmed people with the disease and 27 without"));
  EXPECT_EQ(none.lacking.persons, 4);
  EXPECT_EQ(none.lacking.cases, 1);
}

}  // namespace
}  // namespace relearn
