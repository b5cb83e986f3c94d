#include "learning/cohort/polarity.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "base/random.h"
#include "cohort_testing.h"

namespace relearn {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

/// A disease with anchors up (+), down (-) and scan (codes 3 < 7 < 6 by order, +), and age, no
/// anchor.
DiseaseFile anchored_disease() {
  DiseaseFile disease;
  disease.id = "x";
  disease.outcome.id = "ill";
  const auto add = [&](const char* id, int direction) {
    disease.predictors.push_back({.id = id, .direction = direction, .anchor = direction != 0});
  };
  add("up", 1);
  add("down", -1);
  add("scan", 1);
  add("age", 0);
  disease.predictors[2].kind = PredictorKind::Category;
  disease.predictors[2].codes = {{.value = 3}, {.value = 7}, {.value = 6}};
  return disease;
}

struct People {
  std::vector<std::vector<float>> columns{4};
  std::vector<std::uint8_t> outcomes;
  std::vector<std::uint32_t> persons;

  /// n people; ill ones have up and scan higher, down lower, by `strength` standard deviations.
  People(std::size_t n, double strength, std::uint64_t seed = 1) {
    Random random(seed);
    constexpr float kScan[] = {3, 7, 6};
    for (std::size_t i = 0; i < n; ++i) {
      const int ill = i % 2 == 0 ? 1 : 0;
      const double shift = strength * ill;
      columns[0].push_back(static_cast<float>(random.normal() + shift));
      columns[1].push_back(static_cast<float>(random.normal() - shift));
      const double scan = random.normal() + shift;
      columns[2].push_back(kScan[scan < 0 ? 0 : scan < 1 ? 1 : 2]);
      columns[3].push_back(static_cast<float>(random.normal()));
      outcomes.push_back(static_cast<std::uint8_t>(ill));
      persons.push_back(static_cast<std::uint32_t>(i));
    }
  }

  void invert() {
    for (auto& outcome : outcomes) outcome = outcome == 1 ? 0 : 1;
  }

  PolarityReport check() const {
    PolarityData data{.outcomes = outcomes, .persons = persons};
    data.predictors.assign(columns.begin(), columns.end());
    return check_polarity(anchored_disease(), data);
  }
};

using Verdict = PolarityReport::Verdict;

TEST(Polarity, PassesWhereAnchorsPointTheWayMedicineKnows) {
  const PolarityReport report = People(200, 1).check();
  EXPECT_EQ(report.verdict, Verdict::Passed) << report.sentence;
  EXPECT_EQ(report.anchors.size(), 3u);
  EXPECT_GT(report.median_z, 4);
}

TEST(Polarity, FailsWhereTheOutcomeIsInvertedAndNamesTheCause) {
  People people(200, 1);
  people.invert();
  const PolarityReport report = people.check();
  EXPECT_EQ(report.verdict, Verdict::Failed);
  EXPECT_THAT(
      report.sentence,
      testing::AllOf(testing::HasSubstr("high up (z -"), testing::HasSubstr("low down (z -"),
                     testing::HasSubstr("high scan (z -"),
                     testing::HasSubstr("go with less ill instead of more"),
                     testing::HasSubstr("coded the other way round (1 = healthy)?")));
}

TEST(Polarity, FailsWhereNothingGoesWithTheOutcome) {
  const PolarityReport report = People(200, 0).check();
  EXPECT_EQ(report.verdict, Verdict::Failed);
}

TEST(Polarity, OneAnchorTurnedRoundFailsALargeSet) {
  People people(400, 1);
  for (float& value : people.columns[0]) value = -value;
  const PolarityReport report = people.check();
  EXPECT_EQ(report.verdict, Verdict::Failed);
  EXPECT_THAT(report.sentence, testing::HasSubstr("high up (z -"));
  EXPECT_THAT(report.sentence, testing::Not(testing::HasSubstr("scan")));
}

// The same experiment as clinical reference 10.5: clean batches of 30 pass, inverted ones are
// caught.
TEST(Polarity, BatchesOfThirtyAreJudgedTogether) {
  int false_alarms = 0, caught = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    People people(30, 1, seed);
    false_alarms += people.check().verdict == Verdict::Failed;
    people.invert();
    caught += people.check().verdict == Verdict::Failed;
  }
  EXPECT_LE(false_alarms, 1);
  EXPECT_GE(caught, 196);
}

TEST(Polarity, FewerThanThirtyPeopleAreNotTested) {
  People people(29, 1);
  people.invert();
  EXPECT_EQ(people.check().verdict, Verdict::NotTested);
}

TEST(Polarity, RowsOfOnePersonCountOnce) {
  People people(290, 1);
  for (std::size_t i = 0; i < people.persons.size(); ++i) {
    people.persons[i] = static_cast<std::uint32_t>(i % 29);
  }
  EXPECT_EQ(people.check().people, 29u);
  EXPECT_EQ(people.check().verdict, Verdict::NotTested);
}

TEST(Polarity, AnchorsThatWereNotMeasuredAreLeftOut) {
  People people(200, 1);
  people.columns[0].assign(200, kMissing);
  EXPECT_EQ(people.check().anchors.size(), 2u);
  people.columns[1].assign(200, kMissing);
  people.columns[2].assign(200, kMissing);
  EXPECT_EQ(people.check().verdict, Verdict::NotTested);
}

TEST(Polarity, CompleteSeparationHasAFiniteZ) {
  People people(200, 50);
  const PolarityReport report = people.check();
  EXPECT_EQ(report.anchors.at(0).auroc, 1);
  EXPECT_TRUE(std::isfinite(report.anchors.at(0).z));
  EXPECT_EQ(report.verdict, Verdict::Passed);
}

}  // namespace
}  // namespace relearn
