#include "learning/evaluation/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "learning/evaluation/report_text.h"
#include "learning/metrics/auroc.h"
#include "learning/metrics/catalog.h"
#include "learning/metrics/log_loss.h"
#include "unit/learning/metrics/people.h"

namespace relearn {
namespace {

using testing::HasSubstr;

constexpr DecisionThresholds kThresholds{0.5, 0.2, {0.1, 0.5}};

/// Out-of-fold risks of three repeats: the same people, told a little differently each time.
class ReportTest : public testing::Test {
 protected:
  explicit ReportTest(std::size_t count = 240) : people(draw_people(count, 11)) {
    Random random(12);
    for (int r = 0; r < 3; ++r) {
      repeats.push_back(people.risks);
      for (double& risk : repeats.back()) risk = logistic(logit(risk) + 0.3 * random.normal());
    }
    ReportGroup few{"few", "A few", std::vector<std::uint8_t>(count, 0)};
    for (std::size_t i = 0; i < 30; ++i) few.member[i] = 1;
    ReportGroup half{"half", "One half", std::vector<std::uint8_t>(count, 0)};
    for (std::size_t i = 0; i < count / 2; ++i) half.member[i] = 1;
    groups = {few, half};
  }
  ReportInput input() const {
    return {people.outcomes, repeats, people.persons, kThresholds, groups};
  }

  DrawnPeople people;
  std::vector<std::vector<double>> repeats;
  std::vector<ReportGroup> groups;
};

TEST_F(ReportTest, HoldsEveryMetricOfTheCatalogueAsTheMeanOverRepeats) {
  const Report report = make_report(input()).value();
  EXPECT_EQ(report.repeats, 3u);
  EXPECT_EQ(report.everybody.persons, 240u);
  ASSERT_EQ(report.everybody.measurements.size(), metric_catalog().size());
  double value = 0, low = 0;
  for (const auto& risks : repeats) {
    const Estimate estimate = auroc(people.outcomes, risks).value();
    value += estimate.value / 3;
    low += estimate.low / 3;
  }
  const Measurement* measured = report.everybody.find("auroc");
  ASSERT_NE(measured, nullptr);
  EXPECT_NEAR(measured->estimate.value, value, 1e-12);
  EXPECT_NEAR(measured->estimate.low, low, 1e-12);
  EXPECT_EQ(report.everybody.find("accuracy"), nullptr);
}

TEST_F(ReportTest, AGroupWithTooFewOfAClassIsNotEstimableAndShowsNoNumber) {
  const Report report = make_report(input()).value();
  const GroupReport& few = report.groups[0];
  EXPECT_EQ(few.persons, 30u);
  EXPECT_THAT(few.not_estimable_because, HasSubstr("20 of each needed"));
  EXPECT_TRUE(few.measurements.empty());
  const GroupReport& half = report.groups[1];
  EXPECT_TRUE(half.not_estimable_because.empty());
  std::vector<std::uint8_t> outcomes(people.outcomes.begin(), people.outcomes.begin() + 120);
  double value = 0;
  for (const auto& risks : repeats) {
    value += auroc(outcomes, std::span(risks).first(120)).value().value / 3;
  }
  EXPECT_NEAR(half.find("auroc")->estimate.value, value, 1e-12);
}

TEST_F(ReportTest, RecordsOfOnePersonAreNotEvidenceForAGroup) {
  DrawnModel model;
  model.records = 10;
  people = draw_people(30, 3, model);
  repeats = {people.risks};
  groups = {{"all", "All", std::vector<std::uint8_t>(people.risks.size(), 1)}};
  const Report report = make_report(input()).value();
  EXPECT_EQ(report.groups[0].rows, 300u);
  EXPECT_EQ(report.groups[0].persons, 30u);
  EXPECT_FALSE(report.groups[0].not_estimable_because.empty());
}

TEST_F(ReportTest, RowsThatWereNotPredictedDoNotCount) {
  for (auto& risks : repeats) {
    for (std::size_t i = 120; i < risks.size(); ++i) {
      risks[i] = std::numeric_limits<double>::quiet_NaN();
    }
  }
  const Report report = make_report(input()).value();
  EXPECT_EQ(report.everybody.rows, 120u);
  EXPECT_NEAR(report.everybody.find("auroc")->estimate.value,
              report.groups[1].find("auroc")->estimate.value, 1e-12);
}

TEST_F(ReportTest, CurvesAgreeWithTheirMetrics) {
  const Report report = make_report(input()).value();
  double area = 0;
  for (std::size_t k = 1; k < report.roc.size(); ++k) {
    const RocPoint &a = report.roc[k - 1], &b = report.roc[k];
    EXPECT_GE(b.sensitivity, a.sensitivity);
    area += (b.false_positive_rate - a.false_positive_rate) * (a.sensitivity + b.sensitivity) / 2;
  }
  EXPECT_EQ(report.roc.front().false_positive_rate, 0);
  EXPECT_NEAR(report.roc.back().sensitivity, 1, 1e-12);
  EXPECT_NEAR(area, report.everybody.find("auroc")->estimate.value, 0.01);

  double cases = 0, non_cases = 0;
  for (const RiskBin& bin : report.histogram) {
    cases += bin.cases;
    non_cases += bin.non_cases;
  }
  EXPECT_NEAR(cases, static_cast<double>(report.everybody.cases), 1e-9);
  EXPECT_NEAR(non_cases, static_cast<double>(report.everybody.non_cases), 1e-9);

  ASSERT_FALSE(report.decision.empty());
  EXPECT_EQ(report.decision.front().threshold, 0.1);
  EXPECT_EQ(report.decision.back().threshold, 0.5);
  EXPECT_NEAR(report.decision.back().net_benefit,
              report.everybody.find("net_benefit")->estimate.value, 1e-12);

  ASSERT_FALSE(report.calibration.empty());
  for (const CalibrationPoint& point : report.calibration) {
    EXPECT_LE(point.low, point.observed);
    EXPECT_GE(point.high, point.observed);
  }
}

TEST_F(ReportTest, CalibrationBandDoesNotNarrowWithRepeats) {
  const auto width = [](const Report& report) {
    const CalibrationPoint& middle = report.calibration[report.calibration.size() / 2];
    return middle.high - middle.low;
  };
  repeats = {people.risks};
  const double once = width(make_report(input()).value());
  repeats.assign(10, people.risks);
  const double ten_times = width(make_report(input()).value());
  EXPECT_NEAR(ten_times / once, 1, 0.1);
}

TEST_F(ReportTest, WithoutARangeOfThresholdsThereIsNoDecisionCurve) {
  ReportInput plain = input();
  plain.thresholds.net_benefit = {0, 0};
  EXPECT_TRUE(make_report(plain).value().decision.empty());
}

TEST_F(ReportTest, SameInputSameBytes) {
  EXPECT_EQ(report_to_json(make_report(input()).value()),
            report_to_json(make_report(input()).value()));
}

TEST_F(ReportTest, RefusesWhatDoesNotFit) {
  ReportInput wrong = input();
  std::vector<std::vector<double>> short_repeats = {{0.5}};
  wrong.repeats = short_repeats;
  EXPECT_EQ(make_report(wrong).error().message, "repeat 1 has 1 risks for 240 outcomes");
  wrong.repeats = {};
  EXPECT_EQ(make_report(wrong).error().kind, ErrorKind::InvalidInput);
  std::vector<std::uint8_t> one_class(240, 1);
  wrong = input();
  wrong.outcomes = one_class;
  EXPECT_EQ(make_report(wrong).error().message, "undefined: one class only");
  groups[0].member.pop_back();
  EXPECT_EQ(make_report(input()).error().message,
            "subgroup few speaks of 239 rows, the report of 240");
  EXPECT_EQ(averaged_metric("accuracy", input()).error().kind, ErrorKind::NotFound);
}

TEST_F(ReportTest, AComparisonIsPairedRepeatByRepeat) {
  std::vector<std::vector<double>> worse = repeats;
  Random random(5);
  for (auto& risks : worse) {
    for (double& risk : risks) risk = logistic(logit(risk) + random.normal());
  }
  const Estimate difference = averaged_log_loss_difference(input(), worse).value();
  const double a = averaged_metric("log_loss", input()).value().value;
  ReportInput other = input();
  other.repeats = worse;
  const double b = averaged_metric("log_loss", other).value().value;
  EXPECT_NEAR(difference.value, a - b, 1e-12);
  EXPECT_LT(difference.high, 0);
  worse.pop_back();
  EXPECT_EQ(averaged_log_loss_difference(input(), worse).error().message,
            "3 repeats cannot be compared with 2");
}

TEST_F(ReportTest, JsonSaysWhatTheReportSays) {
  const Report report = make_report(input()).value();
  const auto json = nlohmann::json::parse(report_to_json(report));
  EXPECT_EQ(json["everybody"]["metrics"]["auroc"]["value"].get<double>(),
            report.everybody.find("auroc")->estimate.value);
  EXPECT_THAT(json["groups"][0]["not_estimable_because"].get<std::string>(),
              HasSubstr("not estimable"));
  EXPECT_FALSE(json["groups"][0].contains("metrics"));
  EXPECT_EQ(json["curves"]["roc"].size(), report.roc.size());
}

TEST_F(ReportTest, TextFitsATerminalAndShowsWhatIsNotEstimable) {
  const std::string text = report_to_text(make_report(input()).value());
  EXPECT_THAT(text, HasSubstr("240 people, "));
  EXPECT_THAT(text, HasSubstr("mean of 3 repeats"));
  EXPECT_THAT(text, HasSubstr("At a risk of 50 % or more"));
  EXPECT_THAT(text, HasSubstr("not estimable: 20 of each class needed"));
  std::size_t from = 0;
  for (std::size_t end; (end = text.find('\n', from)) != std::string::npos; from = end + 1) {
    EXPECT_LE(end - from, 100u) << text.substr(from, end - from);
  }
}

TEST(ReportGroups, AreTheDiseasesSubgroupsAndItsSites) {
  DiseaseFile disease;
  disease.predictors.resize(2);
  disease.predictors[0].id = "age_years";
  disease.predictors[1].id = "not_in_model";
  disease.subgroups = {{"old", {{"en", "60 and over"}, {"mr", "साठ"}}, 0, {60, 120}},
                       {"other", {{"en", "Other"}}, 1, {0, 1}}};
  Cohort cohort;
  cohort.columns = {{"age_years", PredictorKind::Real, {}, MissingPolicy::Impute}};
  cohort.values = {59, 60, 85, std::numeric_limits<float>::quiet_NaN()};
  cohort.outcomes = {0, 1, 0, 1};
  cohort.sources = {0, 1, 1, 0};
  cohort.source_names = {"cleveland", "hungarian"};
  const auto groups = report_groups(disease, cohort, "mr");
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_EQ(groups[0].label, "साठ");
  EXPECT_THAT(groups[0].member, testing::ElementsAre(0, 1, 1, 0));
  EXPECT_EQ(groups[1].id, "site_cleveland");
  EXPECT_THAT(groups[2].member, testing::ElementsAre(0, 1, 1, 0));
  cohort.source_names = {"cleveland"};
  cohort.sources = {0, 0, 0, 0};
  EXPECT_EQ(report_groups(disease, cohort).size(), 1u);
}

}  // namespace
}  // namespace relearn
