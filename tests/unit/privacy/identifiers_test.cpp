// No identifier leaves: thousands of invented ones, planted wherever a record has room for a text.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "honest_people.h"
#include "planted_identifiers.h"

namespace relearn {
namespace {

constexpr std::string_view kHonestDigits = "01234";
constexpr int kRecords = 300;  // a batch: no count in a report has four digits
constexpr int kBatches = 10;   // for each disease

struct Batch {
  std::vector<RawRecord> records;
  std::vector<PlantedIdentifier> planted;  // all that must not come out
  std::vector<std::size_t> clean;          // records whose fields hold none
};

/// Puts the identifier into a field of its own, the name of a field, or a value.
void plant_into(RawRecord& record, const PlantedIdentifier& identifier, const DiseaseFile& disease,
                Random& random) {
  const Predictor& predictor = disease.predictors[random.below(disease.predictors.size())];
  switch (random.below(5)) {
    case 0:
      set_field(record, field_for(identifier.kind, random), identifier.text);
      break;
    case 1:
      set_field(record, identifier.text, "1");
      break;
    case 2:
      set_field(record, predictor.id, "3 " + identifier.text);
      break;
    case 3:
      set_field(record, predictor.id, identifier.text + " 3");
      break;
    default:
      set_field(record, predictor.id, identifier.text);
  }
}

/// Every record names its person and contributor by identifiers; three of four also hold one.
Batch make_batch(const DiseaseFile& disease, std::uint64_t seed) {
  Random random(seed);
  Batch batch;
  const auto next = [&] {
    batch.planted.push_back(plant(static_cast<char>('A' + random.below(18)), random));
    return batch.planted.back();
  };
  for (int i = 0; i < kRecords; ++i) {
    RawRecord record = honest_record(disease, random, kHonestDigits);
    record.person = next().text;
    record.contributor = next().text;
    if (random.below(4) == 0) {
      batch.clean.push_back(batch.records.size());
    } else {
      plant_into(record, next(), disease, random);
    }
    batch.records.push_back(std::move(record));
  }
  return batch;
}

/// Every byte that leaves.
std::string all_output(const Deidentified& result) {
  std::string output = result.cohort_file + privacy_report_json(result.report);
  for (const SetAside& each : result.set_aside) output += each.reason + '\n';
  return output;
}

TEST(Identifiers, NoFourBytesOfAnyIdentifierAreInAnyByteThatLeaves) {
  std::map<char, int> planted;
  std::size_t passed = 0;
  for (const char* id : {"heart", "diabetes", "parkinsons"}) {
    const DiseaseFile disease = shipped(id);
    for (std::uint64_t seed = 1; seed <= kBatches; ++seed) {
      const Batch batch = make_batch(disease, seed);
      const auto done = deidentify(disease, batch.records, repeatable(seed), CancelToken());
      ASSERT_TRUE(done.ok()) << done.error().message;
      const Deidentified& result = done.value();
      const std::string output = all_output(result);
      for (const PlantedIdentifier& identifier : batch.planted) {
        ++planted[identifier.kind];
        EXPECT_EQ(piece_in(identifier.text, output), "")
            << "of " << identifier.kind << " \"" << identifier.text << "\"";
      }
      EXPECT_EQ(result.report.records_out + result.report.suppressed, batch.clean.size())
          << "a record without an identifier passes, one with an identifier does not";
      passed += result.members.size();
    }
  }
  EXPECT_EQ(planted.size(), 18u);
  for (const auto& [kind, count] : planted) EXPECT_GE(count, 300) << kind;
  EXPECT_GE(passed, 1500u) << "an empty output proves nothing";
}

// Positive control: the test sees every kind of identifier when something lets one through.
TEST(Identifiers, AnOutputThatHoldsThemIsFoundOut) {
  const DiseaseFile disease = shipped("heart");
  const Batch batch = make_batch(disease, 1);
  std::string everything;
  for (const RawRecord& record : batch.records) {
    everything += record.person + ',' + record.contributor;
    for (const auto& [id, text] : record.fields) everything += ',' + id + ',' + text;
    everything += '\n';
  }
  for (const PlantedIdentifier& identifier : batch.planted) {
    EXPECT_NE(piece_in(identifier.text, everything), "") << identifier.text;
  }
  EXPECT_EQ(piece_in("Zqoxvu", "age_years,Zqox"), "Zqox");
  EXPECT_EQ(piece_in("Zqoxvu", "age_years,Zqo,xvu"), "");
}

TEST(Identifiers, WhatLeavesDoesNotDependOnWhoThePeopleAre) {
  const DiseaseFile disease = shipped("diabetes");
  Batch batch = make_batch(disease, 7);
  const auto before = deidentify(disease, batch.records, repeatable(3), CancelToken());
  std::map<std::string, std::string> other_name;
  Random random(99);
  const auto renamed = [&](const std::string& name) {
    return other_name
        .try_emplace(name, fmt::format("{} {}", plant('A', random).text, other_name.size()))
        .first->second;
  };
  for (RawRecord& record : batch.records) {
    record.person = renamed(record.person);
    record.contributor = renamed(record.contributor);
    record.assessed_at.seconds += 86'400;  // no level tells the year
  }
  const auto after = deidentify(disease, batch.records, repeatable(3), CancelToken());
  EXPECT_EQ(all_output(before.value()), all_output(after.value()));
}

}  // namespace
}  // namespace relearn
