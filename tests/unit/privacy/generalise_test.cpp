#include "privacy/generalise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "clinical/record_check.h"
#include "honest_people.h"

namespace relearn {
namespace {

using testing::Each;
using testing::ElementsAre;

/// Age and sex, k = 5, three levels: bands of 10 years, of 20 years, none.
DiseaseFile plan() {
  DiseaseFile disease;
  disease.predictors.resize(2);
  disease.predictors[0] = {.id = "age", .kind = PredictorKind::Integer, .hard = {20, 99}};
  disease.predictors[0].quasi_identifier = true;
  disease.predictors[1] = {.id = "sex", .kind = PredictorKind::Binary, .hard = {0, 1}};
  disease.predictors[1].codes = {{.value = 0, .word = "f"}, {.value = 1, .word = "m"}};
  disease.predictors[1].quasi_identifier = true;
  disease.privacy.k = 5;
  disease.privacy.levels = {
      {.bands = {{0, {{20, 25}, {30, 35}, {40, 45}, {50, 55}, {60, 65}}}}},
      {.bands = {{0, {{20, 35}, {40, 45}, {60, 65}}}}},
      {.bands = {{0, {{20, 45}}}}},
  };
  return disease;
}

/// `count` people of this age and sex; numbered on.
void add(std::vector<PrivateRow>& rows, int count, double age, double sex) {
  for (int i = 0; i < count; ++i) {
    rows.push_back({static_cast<std::uint32_t>(rows.size()), {age, sex}, 2024});
  }
}

TEST(Generalise, APersonIsToldAtTheFirstLevelAtWhichFiveAreAlike) {
  std::vector<PrivateRow> rows;
  add(rows, 5, 52, 1);  // told as 55
  add(rows, 4, 31, 1);  // too few as 35, with the two below at level 2 enough
  add(rows, 2, 22, 1);
  EXPECT_THAT(choose_levels(plan(), rows), ElementsAre(0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1));
}

TEST(Generalise, TheLastFewJoinThoseWhoAreToldAlready) {
  std::vector<PrivateRow> rows;
  add(rows, 5, 44, 0);  // told as 45
  add(rows, 1, 22, 0);  // alone at 25 and 35; at the last level also 45
  EXPECT_THAT(choose_levels(plan(), rows), ElementsAre(0, 0, 0, 0, 0, 2));
}

TEST(Generalise, WhoIsLikeTooFewEverywhereIsNotTold) {
  std::vector<PrivateRow> rows;
  add(rows, 6, 52, 1);
  add(rows, 4, 52, 0);  // four women: at no level five
  EXPECT_THAT(choose_levels(plan(), rows), ElementsAre(0, 0, 0, 0, 0, 0, -1, -1, -1, -1));
  EXPECT_TRUE(choose_levels(plan(), {}).empty());
}

TEST(Generalise, APersonCountsOnceAndGoesWithAllRows) {
  std::vector<PrivateRow> rows;
  add(rows, 4, 52, 1);
  for (int i = 0; i < 3; ++i) rows.push_back({4, {53, 1}, 2024});  // one person, three visits
  EXPECT_THAT(choose_levels(plan(), rows), Each(0)) << "five people";
  rows.erase(rows.begin());
  for (PrivateRow& row : rows) row.person -= row.person > 0;
  EXPECT_THAT(choose_levels(plan(), rows), Each(kSuppressed)) << "four people, six rows";

  rows.clear();
  add(rows, 5, 52, 1);
  add(rows, 4, 62, 1);
  rows.push_back({5, {58, 1}, 2024});  // one of those above 60 was once 58
  EXPECT_THAT(choose_levels(plan(), rows), ElementsAre(0, 0, 0, 0, 0, -1, -1, -1, -1, -1))
      << "62 and 58 are told apart at levels 1 and 2, and nobody else is 65 at the last";
}

TEST(Generalise, WhoMakesAClassTooSmallByLeavingItIsNoticed) {
  // Persons 0 to 3 are 52; person 4 has rows at 52 and at 22: without 4 the others are four.
  std::vector<PrivateRow> rows;
  add(rows, 5, 52, 1);
  rows.push_back({4, {22, 1}, 2024});
  const std::vector<int> levels = choose_levels(plan(), rows);
  EXPECT_THAT(levels, Each(2)) << "only the last level tells the same of both rows of person 4";
}

TEST(Generalise, AMissingValueIsAValueOfItsOwn) {
  std::vector<PrivateRow> rows;
  add(rows, 5, 52, 1);
  add(rows, 4, std::nan(""), 1);
  EXPECT_THAT(choose_levels(plan(), rows), ElementsAre(0, 0, 0, 0, 0, -1, -1, -1, -1));
  add(rows, 1, std::nan(""), 1);
  EXPECT_THAT(choose_levels(plan(), rows), Each(0));
  EXPECT_TRUE(std::isnan(told(plan(), rows.back(), 0)[0]));
}

TEST(Generalise, ALevelThatTellsTheYearNeedsFiveOfThatYear) {
  DiseaseFile disease = plan();
  disease.privacy.levels[0].year = true;
  std::vector<PrivateRow> rows;
  add(rows, 9, 52, 1);
  for (std::size_t i = 0; i < 4; ++i) rows[i].year = 2023;
  const std::vector<int> levels = choose_levels(disease, rows);
  EXPECT_THAT(levels, ElementsAre(-1, -1, -1, -1, 0, 0, 0, 0, 0));
  EXPECT_EQ(told(disease, rows[8], 0).back(), 2024);
  EXPECT_TRUE(std::isnan(told(disease, rows[0], 1).back()));
}

TEST(Generalise, InformationLostIsTheWidthOfTheBand) {
  const DiseaseFile disease = plan();
  const PrivateRow row{0, {52, 1}, 2024};
  // Ages 50 to 59 of 20 to 99: 9 / 79; sex as it is: 0; mean of the two.
  EXPECT_NEAR(information_lost(disease, row, 0), 9.0 / 79 / 2, 1e-12);
  EXPECT_NEAR(information_lost(disease, row, 2), 0.5, 1e-12) << "the age is gone";
  EXPECT_EQ(banded(disease.privacy.levels[0].bands.at(0), 29), 25);
  EXPECT_EQ(banded(disease.privacy.levels[0].bands.at(0), 30), 35);
  EXPECT_EQ(banded(disease.privacy.levels[0].bands.at(0), 99), 65);
}

/// For every crowd of a few hundred random ones: what is told has five people alike.
TEST(Generalise, EverythingThatIsToldIsToldOfFivePeople) {
  const DiseaseFile disease = plan();
  std::size_t told_rows = 0, suppressed = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Random random(seed);
    const auto persons = static_cast<std::uint32_t>(1 + random.below(40));
    std::vector<PrivateRow> rows;
    for (std::uint32_t person = 0; person < persons; ++person) {
      const double age = 20 + static_cast<double>(random.below(80));
      const auto sex = static_cast<double>(random.below(2));
      for (std::uint64_t visit = 0; visit <= random.below(3); ++visit) {
        rows.push_back({person, {age + static_cast<double>(visit), sex}, 2024});
      }
    }
    std::map<std::vector<double>, std::map<std::uint32_t, int>> classes;
    std::map<std::uint32_t, std::vector<int>> levels_of;
    const std::vector<int> levels = choose_levels(disease, rows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      levels_of[rows[i].person].push_back(levels[i]);
      suppressed += levels[i] == kSuppressed;
      if (levels[i] == kSuppressed) continue;
      std::vector<double> values = told(disease, rows[i], levels[i]);
      values.pop_back();
      ++classes[values][rows[i].person];
      ++told_rows;
    }
    for (const auto& [values, people] : classes) EXPECT_GE(people.size(), 5u) << "seed " << seed;
    for (const auto& [person, own] : levels_of) EXPECT_THAT(own, Each(own.front()));
  }
  EXPECT_GT(told_rows, 5000u);
  EXPECT_GT(suppressed, 100u);
}

// Otherwise whoever reads the cohort file would quarantine people that passed.
TEST(Generalise, NoCombinationOfBandsBreaksARuleOfItsDisease) {
  std::size_t combinations = 0;
  for (const char* id : {"heart", "diabetes", "parkinsons"}) {
    const DiseaseFile disease = shipped(id);
    const auto identifying = quasi_identifiers(disease);
    for (const PrivacyLevel& level : disease.privacy.levels) {
      std::vector<std::vector<double>> records = {
          std::vector<double>(disease.predictors.size(), std::nan(""))};
      for (const std::size_t j : identifying) {
        std::vector<std::vector<double>> longer;
        for (const std::vector<double>& record : records) {
          const auto with = [&](double value) {
            longer.push_back(record);
            longer.back()[j] = value;
          };
          const auto bands = level.bands.find(static_cast<int>(j));
          if (bands != level.bands.end()) {
            for (const Band& band : bands->second) with(band.as);
          } else {
            for (const Code& code : disease.predictors[j].codes) with(code.value);
          }
        }
        records = std::move(longer);
      }
      for (const std::vector<double>& record : records) {
        std::vector<Finding> findings;
        check_record(disease, record, findings);
        for (const Finding& finding : findings) {
          EXPECT_TRUE(finding.severity == Finding::Severity::Warning || finding.reason == "missing")
              << id << ": " << finding.message;
        }
        ++combinations;
      }
    }
  }
  EXPECT_GT(combinations, 60u);
}

}  // namespace
}  // namespace relearn
