// Who is unlike those learnt from before: not somebody whose age is told in bands.
#include "lifecycle/training/population_shift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/learning/cohort/cohort_testing.h"

namespace relearn {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr int kPeople = 400;

/// The published value of an age at the finest level of [privacy].
float banded(const DiseaseFile& disease, float age) {
  const auto& bands = disease.privacy.levels.front().bands.at(disease.find("age_years"));
  float as = age;
  for (const Band& band : bands) {
    if (age >= static_cast<float>(band.from)) as = static_cast<float>(band.as);
  }
  return as;
}

/// Ages 21 to 70, as they are before and banded of the new people, who are `older` years older.
Cohort people(const DiseaseFile& disease, float older) {
  Cohort cohort;
  for (const InputColumn& column : input_columns(disease)) {
    if (column.id == "age_years") cohort.columns = {column};
  }
  for (int i = 0; i < 2 * kPeople; ++i) {
    const auto age = static_cast<float>(21 + i % 50);
    const bool is_new = i >= kPeople;
    cohort.values.push_back(is_new ? banded(disease, age + older) : age);
    cohort.outcomes.push_back(0);
    cohort.is_new.push_back(is_new ? 1 : 0);
  }
  return cohort;
}

TEST(PopulationShift, AgesInBandsAreNoShift) {
  const DiseaseFile disease = disease_named("diabetes");
  EXPECT_THAT(shifted_inputs(disease, people(disease, 0)), IsEmpty());
}

TEST(PopulationShift, OlderPeopleAreOneThoughTheirAgesComeInBands) {
  const DiseaseFile disease = disease_named("diabetes");
  EXPECT_THAT(shifted_inputs(disease, people(disease, 15)), ElementsAre("age_years"));
}

}  // namespace
}  // namespace relearn
