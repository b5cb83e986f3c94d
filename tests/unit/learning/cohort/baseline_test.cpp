#include "learning/cohort/baseline.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <fstream>

#include "base/file.h"
#include "base/random.h"
#include "cohort_testing.h"
#include "invented_file.h"

namespace relearn {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class BaselineTest : public testing::Test {
 protected:
  const DiseaseFile heart_ = disease_named("heart");
  const DiseaseFile diabetes_ = disease_named("diabetes");
  const DiseaseFile parkinsons_ = disease_named("parkinsons");
};

std::string number(double value) { return fmt::format("{}", value); }

std::string times(const std::string& cell, double factor) {
  const auto value = parse_number(cell);
  return value ? number(*value * factor) : cell;
}

TEST_F(BaselineTest, AHeaderInAnotherOrderSaysTheSame) {
  InventedFile file(diabetes_, 200);
  const auto plain = read_text(diabetes_, file.text());
  ASSERT_TRUE(plain.ok()) << plain.error().message;
  std::reverse(file.header.begin(), file.header.end());
  for (auto& row : file.rows) std::reverse(row.begin(), row.end());
  const auto turned = read_text(diabetes_, file.text());
  ASSERT_TRUE(turned.ok()) << turned.error().message;
  EXPECT_EQ(plain.value().outcomes, turned.value().outcomes);
  for (std::size_t j = 0; j < diabetes_.predictors.size(); ++j) {
    EXPECT_EQ(plain.value().missing(j), turned.value().missing(j));
    EXPECT_TRUE(std::equal(plain.value().columns[j].begin(), plain.value().columns[j].end(),
                           turned.value().columns[j].begin(), [](float a, float b) {
                             return a == b || (std::isnan(a) && std::isnan(b));
                           }));
  }
}

TEST_F(BaselineTest, MarkLineEndsAndQuotesChangeNothing) {
  const InventedFile file(heart_, 120);
  const auto plain = read_text(heart_, file.text());
  ASSERT_TRUE(plain.ok()) << plain.error().message;
  std::string quoted = "\xEF\xBB\xBF";
  for (const char c : file.text("\r\n")) {
    quoted += c == ',' ? "\",\"" : c == '\r' ? "\"\r" : c == '\n' ? "\n\"" : std::string(1, c);
  }
  quoted.insert(3, "\"");
  quoted.pop_back();  // the quote behind the last line
  const auto other = read_text(heart_, quoted);
  ASSERT_TRUE(other.ok()) << other.error().message;
  EXPECT_EQ(plain.value().columns[0], other.value().columns[0]);
  EXPECT_EQ(plain.value().outcomes, other.value().outcomes);
  EXPECT_EQ(plain.value().lines, other.value().lines);
  EXPECT_FALSE(plain.value().synthetic);
}

TEST_F(BaselineTest, AFileOfInventedPeopleIsKnownByItsFirstLine) {
  const auto reading =
      read_text(heart_, "# SYNTHETIC: anybody\n" + InventedFile(heart_, 120).text());
  ASSERT_TRUE(reading.ok()) << reading.error().message;
  EXPECT_TRUE(reading.value().synthetic);
  EXPECT_EQ(reading.value().lines.front(), 3u);
}

TEST_F(BaselineTest, ARowIsQuarantinedWithReasonAndLineAndTheRestIsRead) {
  InventedFile file(diabetes_, 200);
  file.rows[10][file.column("glucose_2h_mg_per_dl")] = "5.9";
  file.rows[20][file.column("age_years")] = "abc";
  file.rows[30][file.column("diabetes")] = "2";
  file.rows[40][file.column("bmi_kg_per_m2")] = "nan";
  file.rows[50].pop_back();
  file.rows[60][file.column("pregnancies")] = "24";
  file.rows[60][file.column("age_years")] = "30";
  const auto reading = read_text(diabetes_, file.text());
  ASSERT_TRUE(reading.ok()) << reading.error().message;
  std::vector<std::string> reasons;
  for (const QuarantinedRow& row : reading.value().quarantined) {
    EXPECT_EQ(row.text, InventedFile::join(file.rows[row.line - 2]));
    reasons.push_back(fmt::format("{}: {}", row.line, row.reasons.at(0)));
  }
  EXPECT_THAT(
      reasons,
      testing::ElementsAre(
          HasSubstr("12: glucose_2h_mg_per_dl: 5.9 is below 30 mg/dL; is it in mmol/L?"),
          "22: age_years: 'abc' is not a number",
          "32: diabetes: '2' is no outcome that this source is known to have",
          "42: bmi_kg_per_m2: 'nan' is not a number", "52: holds 8 fields where 9 are expected",
          HasSubstr("62: more pregnancies than years")));
  EXPECT_EQ(reading.value().counts.accepted, 194u);
  EXPECT_EQ(reading.value().counts.rows, 200u);
}

TEST_F(BaselineTest, QuarantinedRowsAreWrittenUnchangedUnderTheirHeader) {
  InventedFile file(diabetes_, 60);
  file.rows[10][file.column("age_years")] = " 7 ";
  const auto reading = read_text(diabetes_, file.text("\r\n"));
  ASSERT_TRUE(reading.ok()) << reading.error().message;
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "quarantine.csv";
  ASSERT_TRUE(write_quarantine(reading.value(), path).ok());
  EXPECT_EQ(read_file(path, 1 << 20).value(),
            InventedFile::join(file.header) + "\r\n" + InventedFile::join(file.rows[10]) + "\r\n");
}

TEST_F(BaselineTest, AWarningLeavesTheRowIn) {
  InventedFile file(diabetes_, 60);
  file.rows[10][file.column("bmi_kg_per_m2")] = "65";
  const auto reading = read_text(diabetes_, file.text());
  ASSERT_TRUE(reading.ok()) << reading.error().message;
  EXPECT_EQ(reading.value().counts.accepted, 60u);
  EXPECT_EQ(reading.value().counts.accepted_with_warnings, 1u);
  EXPECT_EQ(reading.value().findings.at(0).first_line, 12u);
}

TEST_F(BaselineTest, AColumnInAnotherUnitRefusesTheFile) {
  InventedFile file(diabetes_, 300);
  file.change("glucose_2h_mg_per_dl", [](auto& cell) { return times(cell, 1 / 18.016); });
  EXPECT_THAT(
      refusal(diabetes_, file.text()),
      testing::MatchesRegex("given.csv: glucose_2h_mg_per_dl: 29. of 29. values are below 30 "
                            "mg/dL; are they in mmol/L\\?"));
}

TEST_F(BaselineTest, AColumnThatIsMostlyMissingIsStillCheckedForItsUnit) {
  InventedFile file(heart_, 300);
  std::size_t row = 0;
  file.change("total_cholesterol_mg_per_dl",
              [&](auto& cell) { return ++row % 10 == 0 ? times(cell, 1 / 38.67) : std::string(); });
  EXPECT_THAT(refusal(heart_, file.text()), HasSubstr("are they in mmol/L?"));
}

TEST_F(BaselineTest, AColumnThatMovedByARowIsFound) {
  for (const char* name : {"thallium_scan", "exercise_angina", "coronary_artery_disease"}) {
    InventedFile file(heart_, 300);
    std::string carried;
    file.change(name, [&](const std::string& cell) { return std::exchange(carried, cell); });
    file.rows.erase(file.rows.begin());
    EXPECT_THAT(refusal(heart_, file.text()),
                StartsWith(fmt::format("given.csv: {}: its values stand 1 row too low; was a cell "
                                       "inserted in that column?",
                                       name)));
  }
}

TEST_F(BaselineTest, SortedFilesAreNotTakenForMovedOnes) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    InventedFile file(heart_, 300, seed);
    for (const char* name : {"age_years", "coronary_artery_disease"}) {
      const std::size_t j = file.column(name);
      std::stable_sort(file.rows.begin(), file.rows.end(),
                       [&](const auto& a, const auto& b) { return a[j] < b[j]; });
      EXPECT_EQ(refusal(heart_, file.text()), "accepted");
    }
  }
}

// Rows of one person are alike, so neighbours go together in every column; it was taken for a
// shift.
TEST_F(BaselineTest, RepeatedMeasuresAreNotTakenForMovedOnes) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    EXPECT_EQ(refusal(parkinsons_, InventedFile(parkinsons_, 330, seed).text()), "accepted");
  }
}

TEST_F(BaselineTest, AMovedColumnThatRulesTieToOthersIsCaughtByThem) {
  InventedFile file(parkinsons_, 120);
  std::string carried;
  file.change("jitter_rap_fraction",
              [&](const std::string& cell) { return std::exchange(carried, cell); });
  file.rows.erase(file.rows.begin());
  EXPECT_THAT(refusal(parkinsons_, file.text()),
              HasSubstr("DDP is not three times RAP; a column is shifted"));
}

TEST_F(BaselineTest, AnInvertedOutcomeIsCaughtByKnownDirections) {
  for (const DiseaseFile* disease : {&heart_, &diabetes_, &parkinsons_}) {
    InventedFile file(*disease, 600);
    file.change(disease->outcome.id,
                [](auto& cell) { return std::string(cell == "1" ? "0" : "1"); });
    EXPECT_THAT(refusal(*disease, file.text()),
                HasSubstr("is the outcome coded the other way round (1 = healthy)?"))
        << disease->id;
  }
}

TEST_F(BaselineTest, OneInvertedColumnIsNamed) {
  InventedFile file(heart_, 300);
  file.change("exercise_angina", [](auto& cell) { return std::string(cell == "1" ? "0" : "1"); });
  EXPECT_THAT(refusal(heart_, file.text()),
              testing::AllOf(HasSubstr("high exercise_angina (z -"),
                             HasSubstr("is that column coded, or its unit counted")));
}

TEST_F(BaselineTest, ShuffledOutcomesBelongToNobody) {
  InventedFile file(heart_, 400);
  const std::size_t j = file.column("coronary_artery_disease");
  Random random(3);
  for (std::size_t i = file.rows.size(); i > 1; --i) {
    std::swap(file.rows[i - 1][j], file.rows[random.below(i)][j]);
  }
  EXPECT_THAT(refusal(heart_, file.text()), StartsWith("given.csv: "));
}

TEST_F(BaselineTest, OneClassOnlyTeachesNothing) {
  InventedFile file(heart_, 60);
  file.change("coronary_artery_disease", [](auto&) { return "1"; });
  EXPECT_THAT(refusal(heart_, file.text()),
              HasSubstr("coronary_artery_disease is 1 in all 60 rows"));
}

TEST_F(BaselineTest, TooManyBadRowsRefuseTheFileWithTheMainReason) {
  InventedFile file(heart_, 100);
  for (std::size_t i = 0; i < 25; ++i) file.rows[4 * i][file.column("sex")] = "9";
  EXPECT_THAT(
      refusal(heart_, file.text()),
      HasSubstr("25 of 100 rows cannot be accepted, at most 20 % may be so; 25 of them as in "
                "line 2: sex: '9' is no code"));
}

TEST_F(BaselineTest, AFileWithoutRecordsIsRefused) {
  EXPECT_EQ(refusal(heart_, ""), "given.csv: holds no records");
  EXPECT_EQ(refusal(heart_, "\n\n\r\n"), "given.csv: holds no records");
  EXPECT_EQ(refusal(heart_, InventedFile::join(InventedFile(heart_, 1).header) + "\n"),
            "given.csv: holds no records");
}

TEST_F(BaselineTest, CopiesAreQuarantinedAndCoincidencesAreNot) {
  InventedFile file(diabetes_, 200);
  file.rows[100] = file.rows[10];
  const auto copied = read_text(diabetes_, file.text());
  ASSERT_TRUE(copied.ok()) << copied.error().message;
  EXPECT_EQ(copied.value().counts.duplicates, 1u);
  EXPECT_EQ(copied.value().quarantined.at(0).line, 102u);
  EXPECT_EQ(copied.value().quarantined.at(0).reasons.at(0), "says exactly the same as line 12");

  // Nothing but sex, angina and age by decade is known: most people have a twin.
  InventedFile coarse(heart_, 300);
  for (const std::string& name : coarse.header) {
    if (name == "sex" || name == "exercise_angina" || name == "coronary_artery_disease") continue;
    coarse.change(name, [&](auto& cell) {
      return name == "age_years" ? cell.substr(0, 1) + "0" : std::string();
    });
  }
  const auto coincide = read_text(heart_, coarse.text());
  ASSERT_TRUE(coincide.ok()) << coincide.error().message;
  EXPECT_EQ(coincide.value().counts.duplicates, 0u);
  EXPECT_EQ(coincide.value().counts.accepted, 300u);
  EXPECT_THAT(coincide.value().warnings, testing::Contains(HasSubstr("people coincide")));
}

TEST_F(BaselineTest, AFileThatHoldsEverybodyTwiceIsRefused) {
  InventedFile file(diabetes_, 200);
  const auto once = file.rows;
  file.rows.insert(file.rows.end(), once.begin(), once.end());
  // One person of whom little is known may well have a twin.
  EXPECT_THAT(
      refusal(diabetes_, file.text()),
      testing::MatchesRegex("given.csv: (199|200) of 400 rows cannot be accepted, at most 20 "
                            "% may be so; .* line 202: says exactly the same as line 2"));
}

TEST_F(BaselineTest, InputsThatSayNothingNewAreWarnedAbout) {
  InventedFile file(diabetes_, 200);
  file.change("diastolic_bp_mmhg", [](auto&) { return "80"; });
  const std::size_t bmi = file.column("bmi_kg_per_m2"), age = file.column("age_years");
  for (auto& row : file.rows) row[bmi] = number(15 + 0.4 * *parse_number(row[age]));
  const auto reading = read_text(diabetes_, file.text());
  ASSERT_TRUE(reading.ok()) << reading.error().message;
  EXPECT_THAT(reading.value().warnings,
              testing::UnorderedElementsAre(
                  "diastolic_bp_mmhg: has the same value in all rows",
                  "age_years: is a linear function of bmi_kg_per_m2; one of them is enough"));
}

TEST_F(BaselineTest, PeopleAreNumberedByTheirNameAndContradictionsAreTold) {
  InventedFile file(parkinsons_, 240);
  const auto reading = read_text(parkinsons_, file.text());
  ASSERT_TRUE(reading.ok()) << reading.error().message;
  EXPECT_EQ(reading.value().counts.persons, 40u);
  EXPECT_EQ(reading.value().persons[5], 0u);
  EXPECT_EQ(reading.value().persons[6], 1u);
  auto& outcome = file.rows[0][file.column("parkinsons_disease")];
  outcome = outcome == "1" ? "0" : "1";
  file.rows[7][0] = "";
  const auto contradicted = read_text(parkinsons_, file.text());
  ASSERT_TRUE(contradicted.ok()) << contradicted.error().message;
  EXPECT_THAT(contradicted.value().warnings,
              testing::Contains(HasSubstr("1 of 40 people have rows")));
  EXPECT_THAT(contradicted.value().quarantined.at(0).reasons.at(0),
              HasSubstr("does not say who it is"));
}

TEST_F(BaselineTest, AnUnknownSourceIsRefusedWithTheAdapterItLooksLike) {
  InventedFile file(heart_, 200);
  file.header[0] = "Age (years)";
  EXPECT_EQ(refusal(heart_, file.text()),
            "given.csv: its 14 columns are those of no source that heart knows; it looks like "
            "'canonical': declare an adapter for its columns in the disease file");
  EXPECT_THAT(refusal(heart_, file.text(), "canonical"),
              HasSubstr("the adapter 'canonical' expects a column age_years, which is not there"));
  EXPECT_THAT(refusal(heart_, file.text(), "kaggle"),
              HasSubstr("'kaggle' is no adapter of heart, which knows 'uci-processed', "
                        "'web-heart-csv', 'canonical'"));
  EXPECT_THAT(refusal(heart_, "a,b\n1,2\n"),
              HasSubstr("its 2 columns are those of no source that heart knows; heart knows"));
}

/// UCI's columns and codes.
std::string as_uci(const InventedFile& file) {
  std::string text;
  for (auto row : file.rows) {
    for (auto& cell : row) {
      if (cell.empty()) cell = "?";
    }
    text += InventedFile::join(row) + "\n";
  }
  return text;
}

TEST_F(BaselineTest, ValuesThatContradictTheOnlyAdapterOfTheirColumnsAreNotForcedIntoIt) {
  InventedFile file(heart_, 200);
  EXPECT_EQ(refusal(heart_, as_uci(file)), "accepted");
  // The codes of the web copy without its header.
  file.change("chest_pain_type", [](auto& c) { return std::string(c == "4" ? "0" : c); });
  file.change("st_slope", [](auto& c) { return c.empty() ? c : number(3 - *parse_number(c)); });
  file.change("thallium_scan", [](auto& c) {
    return std::string(c.empty() ? "0" : c == "3" ? "2" : c == "6" ? "1" : "3");
  });
  const std::string sentence = refusal(heart_, as_uci(file));
  EXPECT_THAT(sentence,
              HasSubstr("its columns could be those of 'uci-processed', but its values are not"));
  EXPECT_THAT(sentence,
              HasSubstr("it looks like 'web-heart-csv' (its target = 1 means no disease)"));
}

TEST_F(BaselineTest, AHeaderOverAFileThatHasNoneIsToldApart) {
  const InventedFile file(heart_, 100);
  EXPECT_THAT(refusal(heart_, "a,b,c,d,e,f,g,h,i,j,k,l,m,n\n" + as_uci(file)),
              HasSubstr("it looks like 'uci-processed': if so, take its header line away and say "
                        "--adapter uci-processed"));
}

TEST_F(BaselineTest, CodesMayBeWordsOfTheDiseaseFile) {
  InventedFile file(heart_, 100);
  const auto plain = read_text(heart_, file.text());
  file.change("sex", [](auto& cell) { return std::string(cell == "1" ? "male" : "female"); });
  const auto words = read_text(heart_, file.text());
  ASSERT_TRUE(words.ok()) << words.error().message;
  EXPECT_EQ(plain.value().columns[1], words.value().columns[1]);
}

TEST_F(BaselineTest, WeightYearAndContributorAreReadAndImpossibleOnesQuarantined) {
  InventedFile file(heart_, 60);
  for (const char* name : {"weight", "year", "contributor"}) {
    file.header.emplace_back(name);
    const std::string usual = name[0] == 'w' ? "0.5" : name[0] == 'y' ? "2024" : "3";
    for (auto& row : file.rows) row.push_back(usual);
  }
  const std::size_t weight = file.column("weight"), year = file.column("year");
  file.rows[0][weight] = "1.5";
  file.rows[1][weight] = "0";
  file.rows[2][weight] = "";
  file.rows[3][year] = "1850";
  file.rows[4][year] = "";  // not told
  file.rows[5][file.column("contributor")] = "Dr. No";
  const auto read = read_text(heart_, file.text());
  ASSERT_TRUE(read.ok()) << read.error().message;
  const SourceReading& reading = read.value();
  EXPECT_EQ(reading.rows(), 55u);
  EXPECT_EQ(reading.weights, std::vector<double>(55, 0.5));
  ASSERT_EQ(reading.quarantined.size(), 5u);
  EXPECT_EQ(reading.quarantined[0].reasons.at(0), "weight: '1.5' is not above 0 and at most 1");
  EXPECT_EQ(reading.quarantined[3].reasons.at(0),
            "year: '1850' is no whole number from 1900 to 2200");
}

TEST_F(BaselineTest, ReadingStopsWhenAsked) {
  CancelToken cancel;
  cancel.request();
  const std::string text = InventedFile(heart_, 100).text();
  const auto reading = read_source_text(heart_, text, "given.csv", "", cancel);
  ASSERT_FALSE(reading.ok());
  EXPECT_EQ(reading.error().kind, ErrorKind::Cancelled);
}

/// Whatever bytes arrive: a reading whose parts agree, or one sentence that names the file.
TEST_F(BaselineTest, AnyBytesAreReadOrRefusedInOneSentence) {
  const std::string seeds[] = {
      InventedFile(heart_, 40).text(), InventedFile(diabetes_, 40).text("\r\n"),
      as_uci(InventedFile(heart_, 40)), InventedFile(parkinsons_, 36).text()};
  Random random(11);
  for (int round = 0; round < 3000; ++round) {
    const auto which = static_cast<std::size_t>(round % 4);
    const DiseaseFile& disease = which == 1 ? diabetes_ : which == 3 ? parkinsons_ : heart_;
    std::string text = seeds[which];
    constexpr std::string_view kNasty("\0\"\n\r,.-e9 #\xff\xef", 13);
    for (std::uint64_t changes = random.below(20); changes > 0; --changes) {
      const std::size_t at = random.below(text.size());
      switch (random.below(4)) {
        case 0:
          text[at] = static_cast<char>(random.below(256));
          break;
        case 1:
          text[at] = kNasty[random.below(kNasty.size())];
          break;
        case 2:
          text.erase(at, random.below(40));
          break;
        default:
          text.insert(at, text.substr(random.below(text.size()), random.below(40)));
      }
      if (text.empty()) text = ",";
    }
    const auto reading = read_text(disease, text);
    if (!reading.ok()) {
      EXPECT_THAT(reading.error().message, StartsWith("given.csv: "));
      EXPECT_EQ(reading.error().message.find('\n'), std::string::npos);
      continue;
    }
    const SourceReading& read = reading.value();
    ASSERT_EQ(read.counts.accepted + read.counts.quarantined, read.counts.rows);
    ASSERT_EQ(read.persons.size(), read.rows());
    ASSERT_EQ(read.lines.size(), read.rows());
    for (std::size_t j = 0; j < read.columns.size(); ++j) {
      ASSERT_EQ(read.columns[j].size(), read.rows());
      for (const float value : read.columns[j]) {
        const Predictor& predictor = disease.predictors[j];
        ASSERT_TRUE(std::isnan(value) || (predictor.is_coded() ? predictor.code(value) != nullptr
                                                               : predictor.hard.contains(value)));
      }
    }
  }
}

// A stranger's file of one class is refused; the first records confirmed here may well be of one
// class, alike, and contradict a rule after ages became bands.
TEST_F(BaselineTest, ASnapshotIsNotJudgedAsAWhole) {
  InventedFile file(diabetes_, 12);
  file.change("diabetes", [](const std::string&) { return "1"; });
  file.change("pregnancies", [](const std::string&) { return "8"; });
  file.change("age_years", [](const std::string&) { return "24"; });
  file.rows[1] = file.rows[0];
  const auto path = testing::TempDir() + "snapshot.csv";
  ASSERT_TRUE(write_file_atomically(path, file.text()).ok());
  const CancelToken cancel;
  EXPECT_FALSE(read_source(diabetes_, path, "canonical", cancel).ok());
  const auto read = read_snapshot(diabetes_, path, cancel);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read.value().rows(), 12u);
  EXPECT_EQ(read.value().counts.persons, 12u);
  EXPECT_EQ(read.value().source, kSnapshotSource);
}

TEST_F(BaselineTest, AnImpossibleValueIsNoneOfASnapshotEither) {
  InventedFile file(diabetes_, 12);
  file.change("age_years", [](const std::string&) { return "450"; });
  const auto path = testing::TempDir() + "impossible.csv";
  ASSERT_TRUE(write_file_atomically(path, file.text()).ok());
  const auto read = read_snapshot(diabetes_, path, CancelToken());
  ASSERT_FALSE(read.ok());
  EXPECT_THAT(read.error().message, HasSubstr("450"));
}

}  // namespace
}  // namespace relearn
