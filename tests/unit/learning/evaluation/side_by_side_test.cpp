#include "learning/evaluation/side_by_side.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "learning/evaluation/report_text.h"
#include "unit/learning/metrics/people.h"

namespace relearn {
namespace {

using testing::HasSubstr;
using Json = nlohmann::ordered_json;

constexpr DecisionThresholds kThresholds{0.5, 0.2, {0.1, 0.5}};

Report small_report() {
  const DrawnPeople people = draw_people(120, 3);
  const std::vector<std::vector<double>> repeats = {people.risks};
  const std::vector<ReportGroup> groups = {{"all", "All", std::vector<std::uint8_t>(120, 1)},
                                           {"nobody", "Nobody", std::vector<std::uint8_t>(120, 0)}};
  return make_report({people.outcomes, repeats, people.persons, kThresholds, groups}).value();
}

SideBySide small_comparison() {
  SideBySide both;
  both.candidate = both.live = small_report();
  count_moved({1, 1, 0, 0}, {0.4, 0.6, 0.45, 1.0}, {0.6, 0.4, 0.46, 1.0}, 0.5, both);
  both.reasons = {{"age", 0.5, 0.25}};
  return both;
}

TEST(ReportJson, ReadsBackAsTheSameText) {
  const std::string text = report_to_json(small_report());
  const auto read = report_from_json(text);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(report_to_json(read.value()), text);
}

TEST(ReportJson, IsRefusedNamingThePlace) {
  const auto refusal = [](const char* pointer, const Json& value) {
    Json document = Json::parse(report_to_json(small_report()));
    document[Json::json_pointer(pointer)] = value;
    const auto read = report_from_json(document.dump());
    return read.ok() ? std::string("accepted") : read.error().message;
  };
  EXPECT_THAT(refusal("/everybody/metrics/auroc/value", "0.9"),
              HasSubstr("everybody.metrics.auroc.value is no finite number"));
  EXPECT_THAT(refusal("/everybody/cases", -1), HasSubstr("everybody.cases is no whole number"));
  EXPECT_THAT(refusal("/curves/roc/3/sensitivity", nullptr),
              HasSubstr("curves.roc.sensitivity is no finite number"));
  EXPECT_THAT(refusal("/groups", 3), HasSubstr("groups is no list"));
  EXPECT_THAT(report_from_json("[").error().message, HasSubstr("repeats is missing"));
}

TEST(SideBySide, ReadsBackAsTheSameText) {
  const std::string text = side_by_side_to_json(small_comparison());
  const auto read = side_by_side_from_json(text);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(side_by_side_to_json(read.value()), text);
}

TEST(SideBySide, CountsWhoCrossesTheThresholdByOutcome) {
  const Crossings crossings = small_comparison().crossings;
  EXPECT_EQ(crossings.cases, 2u);
  EXPECT_EQ(crossings.cases_up, 1u);
  EXPECT_EQ(crossings.cases_down, 1u);
  EXPECT_EQ(crossings.non_cases_up + crossings.non_cases_down, 0u);
}

TEST(SideBySide, TellsRisksInTenthsOnly) {
  const SideBySide both = small_comparison();
  ASSERT_EQ(both.moved.size(), 4u);
  EXPECT_EQ(both.moved.back().live, kMovedBins - 1);  // a risk of 1 is in the last bin
  EXPECT_EQ(both.moved.back().non_cases, 1u);
}

}  // namespace
}  // namespace relearn
