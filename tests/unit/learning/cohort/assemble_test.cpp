#include "learning/cohort/assemble.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <set>

#include "cohort_testing.h"
#include "invented_file.h"
#include "learning/cohort/folds.h"

namespace relearn {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

SourceReading reading_of(const DiseaseFile& disease, const InventedFile& file,
                         const std::string& name) {
  auto reading = read_text(disease, file.text(), "", name);
  EXPECT_TRUE(reading.ok()) << reading.error().message;
  return reading.take_value();
}

TEST(Assemble, KeepsModelInputsOnlyAndNumbersPeopleOverAllFiles) {
  const DiseaseFile diabetes = disease_named("diabetes");
  std::vector<SourceReading> readings;
  readings.push_back(reading_of(diabetes, InventedFile(diabetes, 100, 1), "north.csv"));
  readings.push_back(reading_of(diabetes, InventedFile(diabetes, 60, 2), "south.csv"));
  const std::vector<float> glucose = readings[1].columns[1];
  const auto assembly = assemble(diabetes, std::move(readings));
  ASSERT_TRUE(assembly.ok()) << assembly.error().message;
  const Cohort& cohort = assembly.value().cohort;
  EXPECT_EQ(cohort.rows(), 160u);
  EXPECT_EQ(cohort.values.size(), 160 * cohort.columns.size());
  EXPECT_EQ(cohort.columns, input_columns(diabetes));
  for (const InputColumn& column : cohort.columns) EXPECT_NE(column.id, "insulin_2h_uiu_per_ml");
  EXPECT_EQ(cohort.source_names, (std::vector<std::string>{"north", "south"}));
  EXPECT_EQ(cohort.sources[99], 0);
  EXPECT_EQ(cohort.sources[100], 1);
  EXPECT_EQ(cohort.persons[100], 100u);
  EXPECT_EQ(cohort.column(1)[100], glucose[0]);
  EXPECT_EQ(cohort.weights, std::vector<double>(160, 1.0));
  EXPECT_FALSE(cohort.synthetic);
}

TEST(Assemble, WeightsOfAFileReachTheCohort) {
  const DiseaseFile heart = disease_named("heart");
  InventedFile weighted(heart, 60, 1);
  weighted.header.insert(weighted.header.begin(), "weight");
  for (std::size_t i = 0; i < 60; ++i) {
    weighted.rows[i].insert(weighted.rows[i].begin(), i < 5 ? "0.25" : "1");
  }
  weighted.rows.insert(weighted.rows.begin() + 1, weighted.rows[0]);  // a copy goes, weight and all
  std::vector<SourceReading> readings;
  readings.push_back(reading_of(heart, InventedFile(heart, 40, 2), "baseline.csv"));
  readings.push_back(reading_of(heart, weighted, "confirmed.csv"));
  EXPECT_TRUE(readings[0].weights.empty());
  const auto assembly = assemble(heart, std::move(readings));
  ASSERT_TRUE(assembly.ok()) << assembly.error().message;
  const Cohort& cohort = assembly.value().cohort;
  std::vector<double> expected(100, 1.0);
  for (std::size_t i = 40; i < 45; ++i) expected[i] = 0.25;
  EXPECT_EQ(cohort.weights, expected);
}

TEST(Assemble, GroupsAgesAboveTheLimitOfTheDiseaseFile) {
  const DiseaseFile heart = disease_named("heart");
  InventedFile file(heart, 100);
  file.rows[3][0] = "96";
  std::vector<SourceReading> readings;
  readings.push_back(reading_of(heart, file, "a.csv"));
  const auto assembly = assemble(heart, std::move(readings));
  ASSERT_TRUE(assembly.ok());
  EXPECT_EQ(assembly.value().cohort.column(0)[3], 90);
}

TEST(Assemble, PeopleWhoStandInTwoFilesAreTakenOnceOrRefused) {
  const DiseaseFile diabetes = disease_named("diabetes");
  const InventedFile first(diabetes, 100, 1);
  InventedFile second(diabetes, 100, 2);
  const auto complete = [](const auto& row) {
    return std::none_of(row.begin(), row.end(), [](const auto& cell) { return cell.empty(); });
  };
  std::size_t copied = 0;
  for (const auto& row : first.rows) {
    if (complete(row) && copied < 5) second.rows[copied++] = row;
  }
  std::vector<SourceReading> readings;
  readings.push_back(reading_of(diabetes, first, "a.csv"));
  readings.push_back(reading_of(diabetes, second, "b.csv"));
  const auto some = assemble(diabetes, readings);
  ASSERT_TRUE(some.ok()) << some.error().message;
  EXPECT_EQ(some.value().cohort.rows(), 195u);
  EXPECT_EQ(some.value().cohort.persons.back(), 194u);
  EXPECT_THAT(some.value().warnings,
              testing::ElementsAre("b.csv: 5 of 100 rows are also in a.csv; they are taken once"));

  readings[1] = reading_of(diabetes, first, "c.csv");
  const auto all = assemble(diabetes, readings);
  ASSERT_FALSE(all.ok());
  EXPECT_THAT(all.error().message, testing::HasSubstr("are these the same people?"));
}

TEST(Assemble, InventedAndRealPeopleAreNotMixed) {
  const DiseaseFile heart = disease_named("heart");
  std::vector<SourceReading> readings(2, reading_of(heart, InventedFile(heart, 60), "a.csv"));
  readings[1].synthetic = true;
  readings[1].file = "b.csv";
  const auto assembly = assemble(heart, readings);
  ASSERT_FALSE(assembly.ok());
  EXPECT_EQ(assembly.error().message,
            "a.csv and b.csv: one holds invented people, the other real ones");
  EXPECT_FALSE(assemble(heart, {}).ok());
}

/// Two numeric-like columns: a measured one and a coded one.
Cohort small_cohort() {
  Cohort cohort{.disease = "x"};
  cohort.columns = {{.id = "measured", .kind = PredictorKind::Real},
                    {.id = "code", .kind = PredictorKind::Category, .codes = {1, 2, 3}}};
  cohort.values = {1, 2, 6, kMissing, kMissing, 5, /**/ 2, 2, 1, 3, 1, kMissing};
  cohort.outcomes = {1, 0, 1, 0, 1, 0};
  cohort.persons = {1, 1, 1, 0, 0, 2};
  cohort.weights = {1, 2, 3, 1, 1, 1};
  cohort.sources = {0, 0, 0, 1, 1, 0};
  cohort.source_names = {"a", "b"};
  return cohort;
}

TEST(MeanPerPerson, TakesMeansOfMeasurementsAndTheMostFrequentCode) {
  const Cohort people = mean_per_person(small_cohort());
  ASSERT_EQ(people.rows(), 3u);
  EXPECT_EQ(people.persons, (std::vector<std::uint32_t>{0, 1, 2}));
  EXPECT_TRUE(std::isnan(people.column(0)[0]));
  EXPECT_EQ(people.column(0)[1], 3);
  EXPECT_EQ(people.column(0)[2], 5);
  EXPECT_EQ(people.column(1)[0], 1);  // 1 and 3 once each
  EXPECT_EQ(people.column(1)[1], 2);
  EXPECT_TRUE(std::isnan(people.column(1)[2]));
  EXPECT_EQ(people.outcomes, (std::vector<std::uint8_t>{1, 1, 0}));
  EXPECT_EQ(people.weights, (std::vector<double>{1, 2, 1}));
  EXPECT_EQ(people.sources, (std::vector<std::uint16_t>{1, 0, 0}));
  EXPECT_EQ(people.digest, cohort_digest(people));
}

/// An invented file with the columns that a verdict needs at its right.
std::string with_verdict_columns(const InventedFile& file) {
  const std::string text = file.text();
  std::string more;
  std::size_t line = 0, begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    more += text.substr(begin, end - begin);
    if (more.back() == '\r') more.pop_back();
    more += line == 0       ? std::string(",contributor,new,served_risk\n")
            : line % 2 == 0 ? fmt::format(",{},1,0.{:03}\n", line % 3, line)
                            : std::string(",,0,\n");
    ++line;
    begin = end + 1;
  }
  return more;
}

TEST(Assemble, CarriesWhatAVerdictAsksAboutRowsAndLearnsNothingFromIt) {
  const DiseaseFile diabetes = disease_named("diabetes");
  const InventedFile first(diabetes, 100, 1), second(diabetes, 60, 2);
  std::vector<SourceReading> readings;
  readings.push_back(reading_of(diabetes, first, "north.csv"));
  auto told = read_text(diabetes, with_verdict_columns(second), "", "south.csv");
  ASSERT_TRUE(told.ok()) << told.error().message;
  readings.push_back(told.take_value());
  const Cohort cohort = assemble(diabetes, std::move(readings)).value().cohort;
  EXPECT_EQ(cohort.files[99], 0);
  EXPECT_EQ(cohort.files[100], 1);
  EXPECT_EQ(cohort.is_new[99], 0);
  EXPECT_EQ(cohort.contributors[99], kNoContributor);
  EXPECT_TRUE(std::isnan(cohort.served_risks[99]));
  EXPECT_EQ(cohort.is_new[100], 0);
  EXPECT_EQ(cohort.is_new[101], 1);
  EXPECT_EQ(cohort.contributors[101], 2u);
  EXPECT_EQ(cohort.served_risks[101], 0.002);

  std::vector<SourceReading> plain;
  plain.push_back(reading_of(diabetes, first, "north.csv"));
  plain.push_back(reading_of(diabetes, second, "south.csv"));
  EXPECT_EQ(assemble(diabetes, std::move(plain)).value().cohort.digest, cohort.digest);
}

TEST(Reading, SetsAsideARiskServedInPercent) {
  const DiseaseFile diabetes = disease_named("diabetes");
  std::string text = with_verdict_columns(InventedFile(diabetes, 60, 2));
  const std::size_t at = text.find("0.002");
  text.replace(at, 5, "20.0");
  const auto reading = read_text(diabetes, text, "", "south.csv");
  ASSERT_TRUE(reading.ok()) << reading.error().message;
  ASSERT_EQ(reading.value().quarantined.size(), 1u);
  EXPECT_EQ(reading.value().quarantined[0].reasons[0],
            "served_risk: '20.0' is not between 0 and 1; is it a percentage?");
}

TEST(CohortDigest, ChangesWithEveryPart) {
  const Cohort cohort = small_cohort();
  std::set<std::string> digests{cohort_digest(cohort)};
  const auto changed = [&](auto&& change) {
    Cohort other = cohort;
    change(other);
    EXPECT_TRUE(digests.insert(cohort_digest(other)).second);
  };
  changed([](Cohort& c) { c.disease = "y"; });
  changed([](Cohort& c) { c.columns[0].id = "other"; });
  changed([](Cohort& c) { c.columns[1].codes = {1, 3, 2}; });
  changed([](Cohort& c) { c.columns[0].missing = MissingPolicy::Impute; });
  changed([](Cohort& c) { std::swap(c.values[0], c.values[1]); });
  changed([](Cohort& c) { c.values[3] = 0; });
  changed([](Cohort& c) { c.outcomes[0] = 0; });
  changed([](Cohort& c) { c.weights[0] = 1.5; });
  changed([](Cohort& c) { c.persons[5] = 1; });
  changed([](Cohort& c) { c.sources[0] = 1; });
  changed([](Cohort& c) { c.source_names[0] = "c"; });
  changed([](Cohort& c) { c.synthetic = true; });
  EXPECT_EQ(cohort_digest(cohort), cohort_digest(small_cohort()));
}

/// n people with `rows` rows each, every third ill.
Cohort cohort_of(std::uint32_t people, std::uint32_t rows) {
  Cohort cohort;
  for (std::uint32_t i = 0; i < people * rows; ++i) {
    cohort.persons.push_back(i % people);
    cohort.outcomes.push_back(i % people % 3 == 0 ? 1 : 0);
  }
  return cohort;
}

std::vector<std::uint32_t> all_rows(const Cohort& cohort) {
  std::vector<std::uint32_t> rows(cohort.rows());
  for (std::uint32_t i = 0; i < rows.size(); ++i) rows[i] = i;
  return rows;
}

TEST(PersonFolds, PutEachPersonIntoExactlyOneTestSet) {
  const Cohort cohort = cohort_of(53, 4);
  const auto folds = person_folds(cohort, all_rows(cohort), 5, 7);
  ASSERT_TRUE(folds.ok());
  std::multiset<std::uint32_t> tested;
  for (const Fold& fold : folds.value()) {
    std::set<std::uint32_t> train, test;
    for (const std::uint32_t row : fold.train) train.insert(cohort.persons[row]);
    for (const std::uint32_t row : fold.test) test.insert(cohort.persons[row]);
    for (const std::uint32_t person : test) EXPECT_FALSE(train.contains(person));
    EXPECT_EQ(fold.train.size() + fold.test.size(), cohort.rows());
    EXPECT_TRUE(std::is_sorted(fold.train.begin(), fold.train.end()));
    tested.insert(test.begin(), test.end());
    EXPECT_GE(test.size(), 10u);
    EXPECT_LE(test.size(), 11u);
    const auto ill = std::count_if(test.begin(), test.end(), [](auto p) { return p % 3 == 0; });
    EXPECT_GE(ill, 3);
    EXPECT_LE(ill, 4);
  }
  EXPECT_EQ(tested.size(), 53u);
  EXPECT_EQ(std::set<std::uint32_t>(tested.begin(), tested.end()).size(), 53u);
}

TEST(PersonFolds, DependOnTheSeedAndOnNothingElse) {
  const Cohort cohort = cohort_of(40, 2);
  auto rows = all_rows(cohort);
  const auto folds = person_folds(cohort, rows, 4, 1).take_value();
  std::reverse(rows.begin(), rows.end());
  const auto again = person_folds(cohort, rows, 4, 1).take_value();
  const auto other = person_folds(cohort, rows, 4, 2).take_value();
  EXPECT_EQ(folds[0].test, again[0].test);
  EXPECT_NE(folds[0].test, other[0].test);
}

TEST(PersonFolds, NeedEnoughPeopleOfEachKind) {
  const Cohort cohort = cohort_of(12, 5);  // 4 ill
  const auto folds = person_folds(cohort, all_rows(cohort), 5, 1);
  ASSERT_FALSE(folds.ok());
  EXPECT_EQ(folds.error().kind, ErrorKind::NotReady);
  EXPECT_EQ(folds.error().message,
            "5 folds need 5 people of each kind; there are 4 with the disease and 8 without");
  EXPECT_FALSE(person_folds(cohort, all_rows(cohort), 1, 1).ok());
}

}  // namespace
}  // namespace relearn
