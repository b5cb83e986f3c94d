#include "learning/cohort/locked_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "base/random.h"
#include "learning/cohort/assemble.h"
#include "unit/learning/cohort/cohort_testing.h"

namespace relearn {
namespace {

using testing::HasSubstr;

/// Persons with one or two rows of three columns; every third is a case; the last tenth is of a
/// second file.
Cohort people(std::uint32_t count) {
  Random random(3);
  Cohort cohort;
  cohort.source_names = {"here", "elsewhere"};
  std::vector<std::vector<float>> columns(3);
  for (std::size_t j = 0; j < columns.size(); ++j) cohort.columns.push_back({std::to_string(j)});
  for (std::uint32_t person = 0; person < count; ++person) {
    for (std::uint32_t row = 0; row <= person % 2; ++row) {
      for (auto& column : columns) column.push_back(static_cast<float>(random.normal()));
      cohort.outcomes.push_back(person % 3 == 0);
      cohort.weights.push_back(1);
      cohort.persons.push_back(person);
      cohort.sources.push_back(person % 2 == 0);
      cohort.files.push_back(person >= count - count / 10);
    }
  }
  for (const auto& column : columns) {
    cohort.values.insert(cohort.values.end(), column.begin(), column.end());
  }
  return cohort;
}

std::set<std::uint32_t> persons_of(const Cohort& cohort, std::span<const std::uint32_t> rows) {
  std::set<std::uint32_t> persons;
  for (const std::uint32_t row : rows) persons.insert(cohort.persons[row]);
  return persons;
}

TEST(LockedSet, OfALaterGenerationIsWhoeverIsMarkedAndNobodyElse) {
  Cohort cohort = people(100);
  EXPECT_FALSE(lock_marked_people(cohort, 2).exists());
  cohort.is_new.assign(cohort.rows(), 0);
  std::set<std::uint32_t> marked;
  for (std::uint32_t row = 0; row < cohort.rows(); ++row) {
    if (cohort.persons[row] < 90 || cohort.persons[row] % 2 == 0) continue;
    marked.insert(cohort.persons[row]);
    // One of their two rows is enough.
    if (row + 1 < cohort.rows() && cohort.persons[row + 1] == cohort.persons[row]) continue;
    cohort.is_new[row] = kLockedRow;
  }
  const LockedSet set = lock_marked_people(cohort, 2);
  EXPECT_EQ(persons_of(cohort, set.locked), marked);
  EXPECT_EQ(set.persons, marked.size());
  for (const std::uint32_t person : persons_of(cohort, set.learning)) {
    EXPECT_FALSE(marked.contains(person)) << person;
  }
  EXPECT_NE(set.digest, lock_marked_people(cohort, 3).digest) << "a generation has its own name";
}

TEST(LockedSet, TakesItsShareOfEachClassAndNobodyStandsOnBothSides) {
  const Cohort cohort = people(600);
  const LockedSet set = lock_people(cohort, {.share = 0.25});
  EXPECT_EQ(set.persons, 150u);
  EXPECT_EQ(set.cases, 50u);
  const auto locked = persons_of(cohort, set.locked), learning = persons_of(cohort, set.learning);
  EXPECT_EQ(locked.size(), 150u);
  EXPECT_EQ(learning.size(), 450u);
  for (const std::uint32_t person : locked) EXPECT_FALSE(learning.contains(person)) << person;
  EXPECT_EQ(set.locked.size() + set.learning.size(), cohort.rows());
}

TEST(LockedSet, IsTheSameInWhateverOrderRowsAndPeopleCome) {
  const Cohort cohort = people(400);
  std::vector<std::uint32_t> order(cohort.rows());
  std::iota(order.begin(), order.end(), 0u);
  Random(5).shuffle(std::span(order));
  const Cohort shuffled = take_rows(cohort, order);
  const LockedSet set = lock_people(cohort, {}), again = lock_people(shuffled, {});
  EXPECT_EQ(set.digest, again.digest);
  std::vector<std::uint32_t> back;
  for (const std::uint32_t row : again.locked) back.push_back(order[row]);
  std::sort(back.begin(), back.end());
  EXPECT_EQ(set.locked, back);
}

TEST(LockedSet, AnotherGenerationLocksOthers) {
  const Cohort cohort = people(400);
  const auto first = persons_of(cohort, lock_people(cohort, {.generation = 1}).locked);
  const auto second = persons_of(cohort, lock_people(cohort, {.generation = 2}).locked);
  std::vector<std::uint32_t> both;
  std::ranges::set_intersection(first, second, std::back_inserter(both));
  // By chance a quarter of 100; three standard errors (hypergeometric, sd 3.8) above that is 36.
  EXPECT_LT(both.size(), 37u);
}

TEST(LockedSet, StaysAlmostTheSameWhenPeopleAreAdded) {
  const Cohort cohort = people(600);
  std::vector<std::uint32_t> some;
  for (std::uint32_t row = 0; row < cohort.rows(); ++row) {
    if (cohort.persons[row] < 540) some.push_back(row);
  }
  const Cohort fewer = take_rows(cohort, some);
  const auto before = persons_of(fewer, lock_people(fewer, {}).locked);
  const auto after = persons_of(cohort, lock_people(cohort, {}).locked);
  std::vector<std::uint32_t> lost;
  std::ranges::set_difference(before, after, std::back_inserter(lost));
  EXPECT_LT(lost.size(), before.size() / 5);
}

TEST(LockedSet, NeverLocksPeopleOfLaterFiles) {
  const Cohort cohort = people(600);
  for (const std::uint32_t row : lock_people(cohort, {.baseline_files = 1}).locked) {
    EXPECT_EQ(cohort.files[row], 0);
  }
}

TEST(LockedSet, RaisesTheShareToTheMinima) {
  const Cohort cohort = people(180);  // 60 cases: a quarter would be 15 of 45
  const LockedSet set = lock_people(cohort, {});
  EXPECT_GE(set.persons, 75u);
  EXPECT_EQ(set.cases, 25u);
}

TEST(LockedSet, DoesNotExistForTooFewPeopleAndSaysSo) {
  const Cohort cohort = people(120);  // 40 cases: 25 are more than half
  const LockedSet set = lock_people(cohort, {});
  EXPECT_FALSE(set.exists());
  EXPECT_EQ(set.learning.size(), cohort.rows());
  EXPECT_THAT(set.none_because, HasSubstr("and 40 with it"));
}

TEST(LockedSet, IsAThirdOfTheHeartRecordsAndNoneOfTheVoices) {
  RELEARN_NEEDS_REAL_DATA();
  const CancelToken never;
  const auto cohort_of = [&](const char* id) {
    const DiseaseFile disease = disease_named(id);
    std::vector<SourceReading> readings;
    for (const std::string& file : disease.baseline) {
      auto reading = read_source(disease, real_data() / id / file, "", never);
      EXPECT_TRUE(reading.ok());
      readings.push_back(reading.take_value());
    }
    Cohort cohort = assemble(disease, std::move(readings)).value().cohort;
    return disease.repeated_measures ? mean_per_person(cohort) : cohort;
  };
  const Cohort heart = cohort_of("heart");
  const LockedSet set = lock_people(heart, {.share = 0.33});
  EXPECT_NEAR(static_cast<double>(set.persons) / static_cast<double>(heart.rows()), 0.33, 0.01);
  EXPECT_FALSE(lock_people(cohort_of("parkinsons"), {}).exists());
}

}  // namespace
}  // namespace relearn
