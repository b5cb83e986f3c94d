#include "privacy/deidentify.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "honest_people.h"

namespace relearn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<RawRecord> people(const DiseaseFile& disease, std::size_t count,
                              std::uint64_t seed = 1) {
  Random random(seed);
  std::vector<RawRecord> records;
  for (std::size_t i = 0; i < count; ++i) records.push_back(honest_record(disease, random));
  return records;
}

Deidentified done(const DiseaseFile& disease, std::span<const RawRecord> records,
                  std::uint64_t seed = 1) {
  auto result = deidentify(disease, records, repeatable(seed), CancelToken());
  if (!result.ok()) throw std::runtime_error(result.error().message);
  return result.take_value();
}

/// Rows of the file as column -> cell.
std::vector<std::map<std::string, std::string>> rows_of(const std::string& file) {
  std::vector<std::map<std::string, std::string>> rows;
  const auto lines = split(file, '\n');
  const auto header = split(lines.front(), ',');
  for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
    const auto cells = split(lines[i], ',');
    if (cells.size() != header.size()) throw std::runtime_error("a row of another width");
    rows.emplace_back();
    for (std::size_t j = 0; j < cells.size(); ++j) {
      rows.back()[std::string(header[j])] = std::string(cells[j]);
    }
  }
  return rows;
}

TEST(Deidentify, WritesTheColumnsOfTheDiseaseAndNothingElse) {
  const DiseaseFile disease = shipped("diabetes");
  const Deidentified result = done(disease, people(disease, 60));
  EXPECT_EQ(result.cohort_file.substr(0, result.cohort_file.find('\n')),
            "person,weight,contributor,pregnancies,glucose_2h_mg_per_dl,diastolic_bp_mmhg,triceps_"
            "skinfold_mm,"
            "insulin_2h_uiu_per_ml,bmi_kg_per_m2,diabetes_pedigree_score,age_years,diabetes");
  EXPECT_EQ(rows_of(result.cohort_file).size(), result.members.size());
  EXPECT_EQ(result.report.records_out, result.members.size());
  EXPECT_TRUE(std::is_sorted(result.members.begin(), result.members.end()));
}

TEST(Deidentify, TheSameRandomNumbersGiveTheSameBytesAndOthersAnotherOrder) {
  const DiseaseFile disease = shipped("heart");
  std::vector<RawRecord> records = people(disease, 200);
  for (RawRecord& record : records) record.contributor.clear();
  const Deidentified first = done(disease, records, 1), again = done(disease, records, 1);
  EXPECT_EQ(first.cohort_file, again.cohort_file);
  const Deidentified other = done(disease, records, 2);
  EXPECT_NE(first.cohort_file, other.cohort_file);
  EXPECT_EQ(first.members, other.members);
  // Without the fresh numbers both hold the same rows.
  const auto without_person = [](const Deidentified& result) {
    std::multiset<std::string> rows;
    for (const std::string_view line : split(result.cohort_file, '\n')) {
      rows.emplace(line.substr(std::min(line.find(','), line.size())));
    }
    return rows;
  };
  EXPECT_EQ(without_person(first), without_person(other));
}

TEST(Deidentify, RowsAndNumbersSayNothingOfTheOrderTheyCameIn) {
  // Records come in order of cholesterol; in the file that order must be gone. Spearman's rank
  // correlation of 400 unrelated values has a standard deviation of 0.05.
  const DiseaseFile disease = shipped("heart");
  std::vector<RawRecord> records = people(disease, 400);
  for (std::size_t i = 0; i < records.size(); ++i) {
    set_field(records[i], "total_cholesterol_mg_per_dl", std::to_string(100 + i));
  }
  const auto rows = rows_of(done(disease, records).cohort_file);
  ASSERT_GT(rows.size(), 380u);
  const auto correlation = [&](const auto& a, const auto& b) {
    double ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
    const auto n = static_cast<double>(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) ma += a(i) / n, mb += b(i) / n;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      aa += (a(i) - ma) * (a(i) - ma);
      bb += (b(i) - mb) * (b(i) - mb);
      ab += (a(i) - ma) * (b(i) - mb);
    }
    return ab / std::sqrt(aa * bb);
  };
  const auto place = [](std::size_t i) { return static_cast<double>(i); };
  const auto column = [&](const char* name) {
    return [&rows, name](std::size_t i) { return *parse_number(rows[i].at(name)); };
  };
  const auto came = column("total_cholesterol_mg_per_dl");
  EXPECT_LT(std::abs(correlation(place, came)), 0.2);
  EXPECT_LT(std::abs(correlation(column("person"), came)), 0.2);
  EXPECT_LT(std::abs(correlation(column("person"), place)), 0.2);
  std::set<std::string> numbers;
  for (const auto& row : rows) numbers.insert(row.at("person"));
  EXPECT_THAT(numbers, SizeIs(rows.size()));
}

TEST(Deidentify, SeveralRowsOfAPersonShareAFreshNumber) {
  const DiseaseFile disease = shipped("parkinsons");
  std::vector<RawRecord> records = people(disease, 30);
  for (std::size_t i = 0; i < records.size(); ++i) records[i].person = fmt::format("p{}", i / 3);
  const Deidentified result = done(disease, records);
  EXPECT_EQ(result.report.persons_out, 10u);
  std::map<std::string, int> rows;
  for (const auto& row : rows_of(result.cohort_file)) ++rows[row.at("person")];
  EXPECT_THAT(rows, SizeIs(10));
  for (const auto& [person, count] : rows) EXPECT_EQ(count, 3);
  EXPECT_EQ(rows.count("9"), 1u) << "numbers are 0 to 9, in random order";
}

TEST(Deidentify, OnlyAContributorOfFivePeopleHasANumber) {
  const DiseaseFile disease = shipped("parkinsons");
  std::vector<RawRecord> records = people(disease, 40);
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i].contributor = i < 4 ? "Dr. Few" : i < 20 ? "Dr. Many" : i < 30 ? "Dr. Other" : "";
  }
  std::map<std::string, int> rows;
  for (const auto& row : rows_of(done(disease, records).cohort_file)) ++rows[row.at("contributor")];
  EXPECT_EQ(rows[""], 14) << "four of the one, and ten of nobody";
  EXPECT_EQ(rows["0"] + rows["1"], 26);
  EXPECT_EQ(std::abs(rows["0"] - rows["1"]), 6);
}

TEST(Deidentify, WhatIsNewAndWhatWasServedIsToldWhereAnythingIs) {
  const DiseaseFile disease = shipped("parkinsons");
  std::vector<RawRecord> records = people(disease, 6);
  EXPECT_EQ(rows_of(done(disease, records).cohort_file).front().count("new"), 0u);
  const double risks[] = {0.23456, 0, 1, 0.5};
  for (std::size_t i = 0; i < 4; ++i) records[i].served_risk = risks[i];
  records[0].is_new = records[5].is_new = 1;
  std::multiset<std::string> told;
  for (const auto& row : rows_of(done(disease, records).cohort_file)) {
    told.insert(row.at("new") + " " + row.at("served_risk"));
  }
  EXPECT_THAT(told, ElementsAre("0 ", "0 0.001", "0 0.5", "0 0.999", "1 ", "1 0.235"));
  records[3].served_risk = 1.5;
  EXPECT_EQ(deidentify(disease, records, repeatable(1), CancelToken()).error().kind,
            ErrorKind::BrokenInvariant);
}

TEST(Deidentify, WeightsAreToldInTwentieths) {
  const DiseaseFile disease = shipped("parkinsons");
  std::vector<RawRecord> records = people(disease, 6);
  const double weights[] = {1, 0.25, 1.0 / 3, 0.4871, 0.001, 0.97};
  for (std::size_t i = 0; i < 6; ++i) records[i].weight = weights[i];
  std::multiset<std::string> told;
  for (const auto& row : rows_of(done(disease, records).cohort_file)) told.insert(row.at("weight"));
  EXPECT_THAT(told, ElementsAre("0.05", "0.25", "0.35", "0.5", "0.95", "1"));
}

TEST(Deidentify, ValuesAreWrittenAsTheDiseaseCountsThem) {
  const DiseaseFile disease = shipped("heart");
  RawRecord record{.assessed_at = start_of({2024, 3, 11}), .outcome = 1};
  set_field(record, "age_years", "95");
  set_field(record, "sex", "male");
  set_field(record, "total_cholesterol_mg_per_dl", "6 mmol/L");
  set_field(record, "resting_ecg", "LVH");
  std::vector<RawRecord> records(5, record);
  for (std::size_t i = 0; i < 5; ++i) records[i].person = std::to_string(i);
  const Deidentified result = done(disease, records);
  for (const auto& row : rows_of(result.cohort_file)) {
    EXPECT_EQ(row.at("age_years"), "73") << "over 89 is 90, and 70 and over is 73";
    EXPECT_EQ(row.at("sex"), "1");
    EXPECT_EQ(row.at("total_cholesterol_mg_per_dl"), "232.02");
    EXPECT_EQ(row.at("resting_ecg"), "2");
    EXPECT_EQ(row.at("thallium_scan"), "");
    EXPECT_EQ(row.at("coronary_artery_disease"), "1");
  }
  EXPECT_EQ(result.report.ages_grouped, 5u);
  EXPECT_EQ(result.report.one_class_share, 1) << "all five are ill: whoever knows one knows it";
}

TEST(Deidentify, WhatTheDiseaseFileRefusesIsSetAsideWithAReasonThatHoldsNoValue) {
  const DiseaseFile disease = shipped("diabetes");
  std::vector<RawRecord> records = people(disease, 40);
  set_field(records[0], "shoe_size", "44");
  set_field(records[1], "bmi_kg_per_m2", "Maria");
  set_field(records[2], "bmi_kg_per_m2", "900");
  records[3].fields.emplace_back("age_years", "50");  // a second age
  records[4].person.clear();
  std::erase_if(records[5].fields, [](const auto& field) { return field.first == "age_years"; });
  set_field(records[6], "age_years", "21");
  set_field(records[6], "pregnancies", "11");
  const Deidentified result = done(disease, records);
  std::map<std::size_t, std::string> reasons;
  for (const SetAside& each : result.set_aside) reasons[each.record] = each.reason;
  EXPECT_EQ(reasons[0], "unknown field");
  EXPECT_EQ(reasons[1], "free text");
  EXPECT_EQ(reasons[2], "impossible value");
  EXPECT_EQ(reasons[3], "field given twice");
  EXPECT_EQ(reasons[4], "no person");
  EXPECT_EQ(reasons[5], "age_years missing");
  EXPECT_EQ(reasons[6], "rule: pregnancies <= age_years - 12");
  EXPECT_THAT(reasons, SizeIs(7));
  EXPECT_EQ(result.report.set_aside.at("free text"), 1u);
  EXPECT_EQ(result.members.size() + result.report.suppressed + 7, 40u) << "it adds up";
}

TEST(Deidentify, ADefectOfTheCallerIsSaid) {
  const DiseaseFile disease = shipped("heart");
  std::vector<RawRecord> records = people(disease, 6);
  records[2].weight = 0;
  EXPECT_EQ(deidentify(disease, records, repeatable(1), CancelToken()).error().kind,
            ErrorKind::BrokenInvariant);
  records[2].weight = 1;
  records[2].outcome = 2;
  EXPECT_THAT(deidentify(disease, records, repeatable(1), CancelToken()).error().message,
              HasSubstr("record 2 to de-identify has outcome 2"));
  records[2].outcome = 1;
  CancelToken stopped;
  stopped.request();
  EXPECT_EQ(deidentify(disease, records, repeatable(1), stopped).error().kind,
            ErrorKind::Cancelled);
}

TEST(Deidentify, NobodyAtAllGivesAHeaderAndAnHonestReport) {
  const DiseaseFile disease = shipped("heart");
  const Deidentified result = done(disease, {});
  EXPECT_THAT(rows_of(result.cohort_file), IsEmpty());
  EXPECT_EQ(result.report.k_reached, 0u);
  EXPECT_EQ(result.report.sentence, "none of 0 records passed.");
  EXPECT_THAT(done(disease, people(disease, 4)).members, IsEmpty()) << "four people are too few";
}

TEST(Deidentify, WarnsWhenManyAreLeftOutOrWhoIsLeftOutDependsOnTheOutcome) {
  const DiseaseFile disease = shipped("heart");
  std::vector<RawRecord> records = people(disease, 60);
  for (std::size_t i = 0; i < records.size(); ++i) {
    set_field(records[i], "sex", i < 4 ? "female" : "male");
    records[i].outcome = i < 4;  // the four women are all the ill there are
  }
  const Deidentified result = done(disease, records);
  EXPECT_EQ(result.report.suppressed_with, 4u);
  EXPECT_EQ(result.report.suppressed_without, 0u);
  EXPECT_NEAR(result.report.suppression_p, 1 / 487'635.0, 1e-12) << "one table of 60 over 4";
  ASSERT_THAT(result.report.warnings, SizeIs(2));
  EXPECT_THAT(result.report.warnings[0], HasSubstr("6.7 % of the records were left out"));
  EXPECT_THAT(result.report.warnings[1], HasSubstr("4 people with the disease and 0 without"));
  EXPECT_THAT(privacy_report_json(result.report), HasSubstr("\"suppression_p\": 2.1e-06"));
}

TEST(Deidentify, TheReportIsWhatSomebodyWhoHoldsTheFileWouldCount) {
  const DiseaseFile disease = shipped("diabetes");
  const Deidentified result = done(disease, people(disease, 300));
  std::map<std::pair<std::string, std::string>, std::set<std::string>> classes;
  std::map<std::pair<std::string, std::string>, std::set<std::string>> outcomes;
  const auto rows = rows_of(result.cohort_file);
  for (const auto& row : rows) {
    const std::pair key{row.at("age_years"), row.at("pregnancies")};
    classes[key].insert(row.at("person"));
    outcomes[key].insert(row.at("diabetes"));
  }
  std::size_t smallest = rows.size(), one_class = 0;
  for (const auto& [key, persons] : classes) smallest = std::min(smallest, persons.size());
  for (const auto& row : rows) {
    one_class += outcomes[{row.at("age_years"), row.at("pregnancies")}].size() == 1;
  }
  EXPECT_GE(smallest, 5u);
  EXPECT_EQ(result.report.k_reached, smallest);
  EXPECT_NEAR(result.report.one_class_share,
              static_cast<double>(one_class) / static_cast<double>(rows.size()), 1e-12);
  EXPECT_GT(result.report.information_lost, 0.02);
  EXPECT_LT(result.report.information_lost, 0.5);
  std::uint64_t at_levels = 0;
  for (const std::uint64_t count : result.report.at_level) at_levels += count;
  EXPECT_EQ(at_levels, result.report.records_out);
}

}  // namespace
}  // namespace relearn
