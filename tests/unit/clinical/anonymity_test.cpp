#include "clinical/anonymity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace relearn {
namespace {

using testing::ElementsAre;

TEST(Anonymity, CountsPeopleAndNotRows) {
  const QuasiIdentifiers columns = {{50, 50, 50, 60}, {1, 1, 1, 1}};
  const std::vector<std::uint32_t> persons = {7, 7, 3, 3};
  const AlikeClasses alike = find_alike(columns, persons);
  EXPECT_THAT(alike.class_of, ElementsAre(0, 0, 0, 1));
  EXPECT_THAT(alike.persons_in, ElementsAre(2, 1));
  const Anonymity found = measure_anonymity(columns, persons, 2);
  EXPECT_EQ(found.rows, 4u);
  EXPECT_EQ(found.persons, 2u);
  EXPECT_EQ(found.classes, 2u);
  EXPECT_EQ(found.smallest, 1u);
  EXPECT_EQ(found.rows_below, 1u);
  EXPECT_EQ(found.classes_below, 1u);
}

TEST(Anonymity, MissingIsAValueOfItsOwnAndZeroHasNoSign) {
  const double missing = std::nan("");
  const std::vector<std::uint32_t> persons = {0, 1, 2, 3};
  EXPECT_THAT(find_alike({{missing, 0.0, -0.0, missing}}, persons).persons_in, ElementsAre(2, 2));
}

TEST(Anonymity, WithoutQuasiIdentifiersAllAreAlike) {
  const std::vector<std::uint32_t> persons = {0, 1, 1, 2};
  EXPECT_EQ(measure_anonymity({}, persons, 3).smallest, 3u);
  EXPECT_EQ(measure_anonymity({}, persons, 3).rows_below, 0u);
  EXPECT_EQ(measure_anonymity({}, persons, 4).rows_below, 4u);
}

TEST(Anonymity, NobodyIsNoClass) {
  const Anonymity found = measure_anonymity({{}, {}}, {}, 5);
  EXPECT_EQ(found.classes, 0u);
  EXPECT_EQ(found.smallest, 0u);
}

}  // namespace
}  // namespace relearn
