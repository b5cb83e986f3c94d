#include "learning/cohort/file_anonymity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "cohort_testing.h"

namespace relearn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class FileAnonymityTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / "relearn_file_anonymity";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Result<FileAnonymity> measure(const std::string& text, std::uint64_t k) {
    const auto written = write_file_atomically(folder_ / "cohort.csv", text);
    EXPECT_TRUE(written.ok()) << written.error().message;
    return measure_file_anonymity(diabetes_, folder_ / "cohort.csv", "", k, CancelToken());
  }

  static constexpr const char* kHeader =
      "person,pregnancies,glucose_2h_mg_per_dl,diastolic_bp_mmhg,bmi_kg_per_m2,"
      "diabetes_pedigree_score,age_years,diabetes";
  const DiseaseFile diabetes_ = disease_named("diabetes");
  std::filesystem::path folder_;
};

TEST_F(FileAnonymityTest, CountsThePeopleWhoAreAlikeAlsoWhereAllAreWell) {
  std::string text = std::string(kHeader) + "\n";
  for (int i = 0; i < 6; ++i) text += "p" + std::to_string(i) + ",1,120,70,30,0.5,23,0\n";
  text += "p0,1,120,70,30,0.5,32,0\n";  // the same person, older: alone
  const auto measured = measure(text, 5);
  ASSERT_TRUE(measured.ok()) << measured.error().message;
  const FileAnonymity& anonymity = measured.value();
  EXPECT_EQ(anonymity.adapter, "canonical");
  EXPECT_THAT(anonymity.quasi_identifiers, ElementsAre("pregnancies", "age_years"));
  EXPECT_EQ(anonymity.found.rows, 7u);
  EXPECT_EQ(anonymity.found.persons, 6u);
  EXPECT_EQ(anonymity.found.smallest, 1u);
  EXPECT_EQ(anonymity.found.rows_below, 1u);
  EXPECT_FALSE(anonymity.keeps());
}

TEST_F(FileAnonymityTest, AYearThatIsToldCounts) {
  std::string text = std::string(kHeader) + ",year,weight,contributor\n";
  for (int i = 0; i < 6; ++i) {
    text += "p" + std::to_string(i) + ",1,120,70,30,0.5,23,0," +
            (i < 3   ? "2023"
             : i < 5 ? "2024"
                     : "") +
            ",0.5,3\n";
  }
  const auto measured = measure(text, 5);
  ASSERT_TRUE(measured.ok()) << measured.error().message;
  EXPECT_THAT(measured.value().quasi_identifiers, ElementsAre("pregnancies", "age_years", "year"));
  EXPECT_EQ(measured.value().found.classes, 3u) << "2023, 2024, not told";
  EXPECT_FALSE(measured.value().keeps());
}

TEST_F(FileAnonymityTest, ARowThatCannotBeReadIsNoYes) {
  std::string text = std::string(kHeader) + "\n";
  for (int i = 0; i < 6; ++i) text += "p" + std::to_string(i) + ",1,120,70,30,0.5,23,0\n";
  EXPECT_TRUE(measure(text, 5).value().keeps());
  const auto measured = measure(text + "p9,1,120,70,30,0.5,Maria,0\n", 5);
  ASSERT_TRUE(measured.ok());
  EXPECT_FALSE(measured.value().keeps());
  EXPECT_EQ(measured.value().unreadable, 1u);
  EXPECT_THAT(measured.value().first_unreadable, HasSubstr("line 8: age_years"));
}

TEST_F(FileAnonymityTest, AColumnOfNoAdapterRefusesTheFile) {
  const auto measured = measure(std::string(kHeader) + ",name\n" + "p,1,1,1,1,1,23,0,Maria\n", 5);
  EXPECT_EQ(measured.error().kind, ErrorKind::NotFound);
}

TEST_F(FileAnonymityTest, TheBaselineFilesAreOfSingleAges) {
  RELEARN_NEEDS_REAL_DATA();
  const auto measured = measure_file_anonymity(diabetes_, real_data() / "diabetes" / "diabetes.csv",
                                               "", 5, CancelToken());
  ASSERT_TRUE(measured.ok()) << measured.error().message;
  // 153 of 768 people are unique in age and pregnancies: counted with Python's Counter.
  EXPECT_EQ(measured.value().found.smallest, 1u);
  const auto alone = measure_file_anonymity(diabetes_, real_data() / "diabetes" / "diabetes.csv",
                                            "", 2, CancelToken());
  EXPECT_EQ(alone.value().found.rows_below, 153u);
}

}  // namespace
}  // namespace relearn
