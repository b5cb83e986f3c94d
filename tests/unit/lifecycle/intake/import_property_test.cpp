// However a clinic cuts its records into files, and however often it sends them, the same is
// stored.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "base/random.h"
#include "clinic.h"
#include "lifecycle/intake/import_key.h"
#include "lifecycle/intake/row_reader.h"

namespace relearn {
namespace {

class ImportProperty : public Clinic {};

/// What is stored, without our own ids.
std::multiset<std::string> contents(const MemoryRecordStore& records) {
  std::multiset<std::string> all;
  for (const auto& [id, stored] : records.everything()) {
    std::string text = stored.prediction.disease + " " + stored.given.subject.reference + " " +
                       to_text(stored.prediction.made_at);
    for (const auto& [name, value] : stored.prediction.inputs) {
      text += " " + name + "=" + std::to_string(value);
    }
    for (const auto& [event, batch] : stored.events) {
      text += " " + std::string(state_word(event.state)) + " " + to_text(event.observed_on);
    }
    all.insert(text);
  }
  return all;
}

TEST_F(ImportProperty, AnyCuttingOfTheSameLinesStoresTheSame) {
  const std::string header =
      "made_at,person,pregnancies,age_years,outcome,reference_standard,observed_on\n";
  std::vector<std::string> lines;
  for (int i = 0; i < 40; ++i) {
    const std::string person = "p" + std::to_string(i / 2);
    lines.push_back("2026-01-" + std::to_string(10 + i % 2) + "," + person + ",1," +
                    std::to_string(30 + i) + (i % 3 == 0 ? ",yes,hba1c,2026-02-10\n" : ",,,\n"));
  }
  std::string whole = header;
  for (const std::string& line : lines) whole += line;
  predictions({file("whole.csv", whole), "", "lab", ""});
  const auto expected = contents(records_);
  ASSERT_EQ(expected.size(), 40u);

  std::size_t rounds = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    records_ = MemoryRecordStore();
    std::vector<std::string> left = lines;
    for (int part = 0; part < 6; ++part) {
      std::string text = header;
      for (const std::string& line : lines) {
        if (part == 5 || random.below(3) == 0) text += line;
      }
      const ImportEnd end = predictions({file("part.csv", text), "", "lab", ""});
      expect_adds_up(end.report);
      EXPECT_EQ(end.report.lines.refused, 0u);
    }
    EXPECT_EQ(contents(records_), expected) << "seed " << seed;
    ++rounds;
  }
  EXPECT_EQ(rounds, 20u);
}

TEST_F(ImportProperty, RandomBytesAreRefusedNeverObeyed) {
  std::size_t tried = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Random random(seed);
    std::string text =
        seed % 2 == 0 ? std::string(kVisits) + visits(0, 3) : std::string("{\"a\":1}\n");
    for (int i = 0; i < 40; ++i) {
      text.insert(random.below(text.size()), 1, static_cast<char>(random.below(256)));
    }
    const auto path = file(seed % 2 == 0 ? "r.csv" : "r.jsonl", text);
    const auto end = import_predictions(diseases_, {path, "diabetes", "lab", ""}, {}, ports());
    if (end.ok()) expect_adds_up(end.value().report);
    const auto told = import_outcomes(diseases_, {path, "diabetes", "lab", ""}, ports());
    if (told.ok()) expect_adds_up(told.value().report);
    ++tried;
  }
  EXPECT_EQ(tried, 200u);
}

TEST(ImportKey, PartsDoNotRunIntoEachOther) {
  EXPECT_NE(key_of_reference("heart", {std::nullopt, "a"}, "bc"),
            key_of_reference("heart", {std::nullopt, "ab"}, "c"));
  EXPECT_NE(key_of_reference("heart", {UserId{1}, ""}, "v"),
            key_of_reference("heart", {std::nullopt, "1"}, "v"));
}

TEST(LikelyName, IsTheNearestOrTheOneThatGoesOn) {
  const std::vector<std::string> known = {"age_years", "bmi_kg_per_m2", "person", "made_at"};
  EXPECT_EQ(likely_name("bmi", known), "bmi_kg_per_m2");
  EXPECT_EQ(likely_name("Age Years", known), "age_years");
  EXPECT_EQ(likely_name("preson", known), "person");
  EXPECT_EQ(likely_name("cholesterol", known), "");
  EXPECT_EQ(likely_name("", known), "");
}

TEST(PlainText, IsUtf8WithoutControlCharacters) {
  EXPECT_TRUE(is_clean_text(""));
  EXPECT_TRUE(is_clean_text("सीता O'Brien"));
  EXPECT_FALSE(is_clean_text("M\xFCller")) << "Latin-1";
  EXPECT_FALSE(is_clean_text("a\nb"));
  EXPECT_FALSE(is_clean_text("\xE0\xA4")) << "cut in the middle";
  EXPECT_FALSE(is_clean_text("\xC0\xAF")) << "overlong";
}

TEST(Countable, LeavesOutNumbersAndQuotations) {
  EXPECT_EQ(countable("age_years: 450 is above 120 years"), "age_years: N is above N years");
  EXPECT_EQ(countable("glucose_2h_mg_per_dl: \"x\" is not a number"),
            "glucose_2h_mg_per_dl: ... is not a number");
  EXPECT_EQ(countable("observed on 2024-01-02, before the prediction of 2024-01-03; x"),
            "observed on N, before the prediction of N; x");
}

}  // namespace
}  // namespace relearn
