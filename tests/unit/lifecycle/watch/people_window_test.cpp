#include "lifecycle/watch/people_window.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "learning/cohort/assemble.h"
#include "unit/learning/cohort/invented_file.h"

namespace relearn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Moment kBegin{1'780'000'000};
constexpr std::size_t kReferencePeople = 400;

/// Invented people of the disease, with the risk that their log-odds of age and a bit of chance
/// give: any will do that spreads.
struct People {
  Cohort cohort;
  std::vector<double> risks;

  People(const DiseaseFile& disease, std::uint64_t count, std::uint64_t seed) {
    std::vector<SourceReading> readings;
    readings.push_back(read_text(disease, InventedFile(disease, count, seed).text()).take_value());
    cohort = assemble(disease, std::move(readings)).take_value().cohort;
    Random random(seed);
    for (std::size_t row = 0; row < cohort.rows(); ++row) risks.push_back(random.uniform());
  }

  WatchedPrediction prediction(std::size_t row) const {
    WatchedPrediction prediction;
    prediction.person = PersonId{static_cast<std::int64_t>(row) + 1};
    prediction.made_at = kBegin;
    prediction.risk = risks[row];
    for (std::size_t column = 0; column < cohort.columns.size(); ++column) {
      const float value = cohort.column(column)[row];
      if (!std::isnan(value)) prediction.inputs.emplace_back(cohort.columns[column].id, value);
    }
    return prediction;
  }
};

using Change = std::function<void(WatchedPrediction&)>;

/// What everybody of the window goes through.
Change set_input(const std::string& id, const std::function<double(double)>& change) {
  return [=](WatchedPrediction& prediction) {
    for (auto& [name, value] : prediction.inputs) {
      if (name == id) value = change(value);
    }
  };
}

Change leave_out(const std::string& id) {
  return [=](WatchedPrediction& prediction) {
    std::erase_if(prediction.inputs, [&](const auto& input) { return input.first == id; });
  };
}

class PeopleWindowTest : public testing::Test {
 protected:
  const DiseaseFile heart_ = disease_named("heart");
  const People reference_people_{heart_, kReferencePeople, 1};
  const PopulationReference reference_ =
      make_population_reference(heart_, reference_people_.cohort, reference_people_.risks);

  WindowFindings judge(const People& people, std::size_t begin, const Change& change) const {
    PeopleWindow window(heart_, &reference_);
    for (std::size_t row = begin; row < begin + kWindowPeople; ++row) {
      WatchedPrediction prediction = people.prediction(row);
      if (change) change(prediction);
      window.add(prediction);
    }
    return judge_window(heart_, &reference_, window);
  }
};

TEST_F(PeopleWindowTest, a_person_counts_once_and_a_guest_not_at_all) {
  PeopleWindow window(heart_, &reference_);
  WatchedPrediction prediction = reference_people_.prediction(0);
  for (int i = 0; i < 50; ++i) window.add(prediction);
  prediction.person.reset();
  for (int i = 0; i < 50; ++i) window.add(prediction);
  EXPECT_EQ(window.people(), 1u);
  EXPECT_EQ(window.guests(), 50u);
}

TEST_F(PeopleWindowTest, is_full_with_a_hundred_people_and_a_day_or_after_a_month_with_enough) {
  PeopleWindow window(heart_, &reference_);
  const auto after_days = [](double days) {
    return Moment{kBegin.seconds + static_cast<std::int64_t>(days * kSecondsPerDay)};
  };
  for (std::size_t row = 0; row < kWindowPeopleMin - 1; ++row) {
    window.add(reference_people_.prediction(row));
  }
  EXPECT_FALSE(window.is_full(after_days(365)));
  window.add(reference_people_.prediction(kWindowPeopleMin));
  EXPECT_FALSE(window.is_full(after_days(29.9)));
  EXPECT_TRUE(window.is_full(after_days(30)));
  for (std::size_t row = 100; row < 200; ++row) window.add(reference_people_.prediction(row));
  EXPECT_FALSE(window.is_full(after_days(0.5)));
  EXPECT_TRUE(window.is_full(after_days(1)));
}

TEST_F(PeopleWindowTest, one_odd_window_is_no_alarm_the_second_or_a_very_odd_one_is) {
  const People people(heart_, 1000, 2);
  const auto richer = [](double mg_per_dl) {
    return set_input("total_cholesterol_mg_per_dl",
                     [=](double cholesterol) { return cholesterol + mg_per_dl; });
  };
  double least = 5;  // that is beyond chance
  while (suspects_of(heart_, judge(people, 0, richer(least))).empty()) ++least;
  const WindowFindings odd = judge(people, 0, richer(least));
  const WindowFindings very_odd = judge(people, 0, richer(60));
  const auto suspects = suspects_of(heart_, odd);
  ASSERT_THAT(suspects, ElementsAre("total_cholesterol_mg_per_dl"));
  EXPECT_THAT(window_alarms(heart_, 1, odd, {}), IsEmpty());
  const auto again = window_alarms(heart_, 1, odd, suspects);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].kind, AlarmKind::Inputs);
  EXPECT_EQ(again[0].tier, AlarmTier::Info);
  EXPECT_THAT(again[0].sentence, HasSubstr("unlike those learnt from in "));
  EXPECT_EQ(window_alarms(heart_, 1, very_odd, {}).size(), 1u);
}

TEST_F(PeopleWindowTest, several_inputs_at_once_are_to_be_looked_into) {
  const People people(heart_, 1000, 2);
  const WindowFindings findings = judge(people, 0, [](WatchedPrediction& prediction) {
    set_input("age_years", [](double age) { return age + 15; })(prediction);
    set_input("sex", [](double) { return 1; })(prediction);
  });
  const auto alarms = window_alarms(heart_, 1, findings, {});
  ASSERT_FALSE(alarms.empty());
  EXPECT_EQ(alarms[0].kind, AlarmKind::Inputs);
  EXPECT_EQ(alarms[0].tier, AlarmTier::Warn);
}

TEST_F(PeopleWindowTest, what_nobody_fills_in_any_more_is_a_matter_of_quality) {
  const People people(heart_, 1000, 2);
  const auto alarms =
      window_alarms(heart_, 1, judge(people, 0, leave_out("resting_systolic_bp_mmhg")), {});
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_EQ(alarms[0].kind, AlarmKind::DataQuality);
  EXPECT_THAT(alarms[0].sentence, HasSubstr("is missing for 100 %"));
}

TEST_F(PeopleWindowTest, risks_that_promise_nothing_leave_the_band) {
  const People people(heart_, 1000, 2);
  const WindowFindings findings =
      judge(people, 0, [](WatchedPrediction& prediction) { prediction.risk = 0.5; });
  ASSERT_TRUE(findings.estimated.has_value());
  EXPECT_TRUE(findings.estimated->outside);
  EXPECT_TRUE(findings.risk->unlike);
  const std::vector<std::string> before = suspects_of(heart_, findings);
  const auto alarms = window_alarms(heart_, 1, findings, before);
  ASSERT_EQ(alarms.size(), 2u);
  EXPECT_EQ(alarms[0].kind, AlarmKind::Risks);
  EXPECT_EQ(alarms[1].kind, AlarmKind::Estimated);
}

TEST_F(PeopleWindowTest, without_a_reference_only_the_promise_is_told) {
  PeopleWindow window(heart_, nullptr);
  for (std::size_t row = 0; row < 100; ++row) window.add(reference_people_.prediction(row));
  const WindowFindings findings = judge_window(heart_, nullptr, window);
  EXPECT_THAT(findings.inputs, IsEmpty());
  EXPECT_FALSE(findings.risk.has_value());
  ASSERT_TRUE(findings.estimated.has_value());
  EXPECT_FALSE(findings.estimated->low.has_value());
  EXPECT_THAT(suspects_of(heart_, findings), IsEmpty());
}

// 40 platforms of ten windows each, every one with its own reference: the people do not change.
// Each window has 5 % for its inputs and 5 % for their quality before two in a row are asked for.
TEST_F(PeopleWindowTest, platforms_whose_people_do_not_change_are_rarely_alarmed) {
  std::size_t odd = 0, alarmed = 0, windows = 0;
  for (std::uint64_t platform = 0; platform < 40; ++platform) {
    const People learnt_from(heart_, kReferencePeople, 1000 + platform);
    const PopulationReference reference =
        make_population_reference(heart_, learnt_from.cohort, learnt_from.risks);
    const People people(heart_, 1000, 2000 + platform);
    std::vector<std::string> before;
    for (std::size_t begin = 0; begin + kWindowPeople <= people.cohort.rows();
         begin += kWindowPeople) {
      PeopleWindow window(heart_, &reference);
      for (std::size_t row = begin; row < begin + kWindowPeople; ++row) {
        window.add(people.prediction(row));
      }
      const WindowFindings findings = judge_window(heart_, &reference, window);
      ++windows;
      if (!window_alarms(heart_, 1, findings, before).empty()) ++alarmed;
      before = suspects_of(heart_, findings);
      if (!before.empty()) ++odd;
    }
  }
  RecordProperty("windows", static_cast<int>(windows));
  RecordProperty("odd", static_cast<int>(odd));
  RecordProperty("alarmed", static_cast<int>(alarmed));
  EXPECT_GE(windows, 350u);
  EXPECT_LE(static_cast<double>(odd) / static_cast<double>(windows), 0.15);
  EXPECT_LE(static_cast<double>(alarmed) / static_cast<double>(windows), 0.03);
}

TEST_F(PeopleWindowTest, the_reference_comes_back_from_its_text_and_no_other_text_is_one) {
  const std::string text = population_reference_json(reference_);
  const auto read = parse_population_reference(text, heart_);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(population_reference_json(read.value()), text);
  EXPECT_EQ(read.value().people, kReferencePeople);
  EXPECT_EQ(parse_population_reference(text, disease_named("diabetes")).error().kind,
            ErrorKind::InvalidInput);
  for (const std::string_view wrong : {"", "{}", "[]", R"({"format": 2})", R"({"format": 1})"}) {
    EXPECT_FALSE(parse_population_reference(wrong, heart_).ok()) << wrong;
  }
}

}  // namespace
}  // namespace relearn
