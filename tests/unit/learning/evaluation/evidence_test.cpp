#include "learning/evaluation/evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace relearn {
namespace {

using testing::Contains;
using testing::HasSubstr;

EvidenceTier tier_of(unsigned parameters, std::size_t persons, std::size_t cases, double auroc,
                     std::string most = "clinical") {
  return evidence_tier({auroc, std::move(most)}, {parameters, persons, cases, false}).value();
}

// clinical.md's three diseases: parameters, persons, cases, anticipated AUROC.
TEST(EvidenceTier, TheThreeFirstDiseasesGetTheTiersTheirNumbersAllow) {
  EXPECT_EQ(tier_of(18, 303, 139, 0.90).tier, Tier::Investigational);
  EXPECT_EQ(tier_of(8, 768, 268, 0.835).tier, Tier::Clinical);
  EXPECT_EQ(tier_of(22, 32, 24, 0.75).tier, Tier::Demonstration);
}

TEST(EvidenceTier, SaysTheNumbersOfEachCriterion) {
  const EvidenceTier heart = tier_of(18, 303, 139, 0.90);
  EXPECT_THAT(heart.sentences, Contains("Evidence tier: investigational."));
  // 266 from the integrated R2 of 0.4427; the rounded 0.442 would give 267.
  EXPECT_THAT(heart.sentences,
              Contains("Shrinkage of the coefficients of at most a tenth needs 266 "
                       "people: 303 are enough."));
  EXPECT_THAT(heart.sentences,
              Contains("An overall risk known to within 0.05 needs 382 people: 303 "
                       "are not enough."));
}

TEST(EvidenceTier, IsNeverAboveWhatTheDiseaseFileAllows) {
  const EvidenceTier tier = tier_of(8, 768, 268, 0.835, "investigational");
  EXPECT_EQ(tier.tier, Tier::Investigational);
  EXPECT_EQ(tier.earned, Tier::Clinical);
  EXPECT_THAT(tier.sentences, Contains(HasSubstr("allows at most investigational")));
  EXPECT_EQ(tier_of(22, 32, 24, 0.75, "investigational").tier, Tier::Demonstration);
}

TEST(EvidenceTier, SyntheticPeopleProveNothing) {
  const auto tier = evidence_tier({0.835, "clinical"}, {8, 768, 268, true}).value();
  EXPECT_EQ(tier.tier, Tier::Demonstration);
  EXPECT_THAT(tier.sentences, Contains(HasSubstr("SYNTHETIC")));
}

TEST(EvidenceTier, NeedsBothClassesAndAKnownName) {
  EXPECT_EQ(evidence_tier({0.8, "clinical"}, {8, 50, 0, false}).error().kind, ErrorKind::NotReady);
  EXPECT_EQ(evidence_tier({0.8, "clinical"}, {8, 50, 50, false}).error().kind, ErrorKind::NotReady);
  EXPECT_THAT(evidence_tier({0.8, "gold"}, {8, 50, 20, false}).error().message,
              HasSubstr("tier_at_most is \"gold\""));
}

TEST(EvidenceFacts, CountPersonsNotRowsAndCoefficientsNotColumns) {
  Cohort cohort;
  cohort.columns = {
      {"age", PredictorKind::Real, {}, MissingPolicy::Impute},
      {"sex", PredictorKind::Binary, {0, 1}, MissingPolicy::Reject},
      {"cp", PredictorKind::Category, {1, 2, 3, 4}, MissingPolicy::Reject},
      {"thal", PredictorKind::Category, {3, 6, 7}, MissingPolicy::ImputeWithIndicator}};
  cohort.outcomes = {1, 1, 0, 0, 0, 1};
  cohort.persons = {4, 4, 4, 0, 0, 2};
  const EvidenceFacts facts = evidence_facts(cohort);
  EXPECT_EQ(facts.parameters, 1u + 1u + 3u + 2u + 1u);
  EXPECT_EQ(facts.persons, 3u);
  EXPECT_EQ(facts.cases, 2u);
}

}  // namespace
}  // namespace relearn
