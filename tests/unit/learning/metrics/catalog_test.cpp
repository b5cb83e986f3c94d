#include "learning/metrics/catalog.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "people.h"

namespace relearn {
namespace {

class EveryMetric : public testing::TestWithParam<Metric> {
 protected:
  static Result<Estimate> compute(const DrawnPeople& people) {
    return GetParam().compute({people.outcomes, people.risks, people.persons, 0.4});
  }
};

TEST_P(EveryMetric, IsUndefinedWithOneClassOnly) {
  const auto estimate = compute({{1, 1, 1}, {0.2, 0.5, 0.9}, {0, 1, 2}});
  ASSERT_FALSE(estimate.ok());
  EXPECT_EQ(estimate.error().kind, ErrorKind::NotReady);
  EXPECT_EQ(estimate.error().message, "undefined: one class only");
}

TEST_P(EveryMetric, RefusesNoRowsDifferentLengthsAndWhatIsNoNumber) {
  EXPECT_EQ(compute({}).error().message, "undefined: no rows");
  EXPECT_EQ(compute({{0, 1}, {0.5}, {}}).error().kind, ErrorKind::InvalidInput);
  EXPECT_EQ(compute({{0, 1}, {0.5, 0.5}, {3}}).error().kind, ErrorKind::InvalidInput);
  EXPECT_EQ(compute({{0, 1}, {0.5, INFINITY}, {}}).error().kind, ErrorKind::InvalidInput);
}

TEST_P(EveryMetric, LiesInsideItsInterval) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Estimate estimate = compute(draw_people(200, seed)).value();
    EXPECT_LE(estimate.low, estimate.value);
    EXPECT_GE(estimate.high, estimate.value);
    EXPECT_GT(estimate.standard_error, 0);
  }
}

TEST_P(EveryMetric, DoesNotCareAboutTheOrderOfRowsOrTheNumbersOfPersons) {
  DrawnModel model;
  model.records = 3;
  model.noise = 0.7;
  const DrawnPeople people = draw_people(90, 5, model);
  DrawnPeople turned = people;
  std::reverse(turned.outcomes.begin(), turned.outcomes.end());
  std::reverse(turned.risks.begin(), turned.risks.end());
  std::reverse(turned.persons.begin(), turned.persons.end());
  for (std::uint32_t& person : turned.persons) person = 4'000'000'000u - 17 * person;
  const Estimate a = compute(people).value(), b = compute(turned).value();
  EXPECT_NEAR(a.value, b.value, 1e-9);
  EXPECT_NEAR(a.standard_error, b.standard_error, 1e-6);
}

TEST_P(EveryMetric, IsNotSurerWhenEverybodyIsThereThreeTimes) {
  const DrawnPeople people = draw_people(250, 6);
  const Estimate once = compute(people).value();
  const Estimate thrice = compute(repeated(people, 3)).value();
  EXPECT_NEAR(thrice.value, once.value, 1e-3);
  EXPECT_NEAR(thrice.standard_error / once.standard_error, 1, 0.1);
  EXPECT_NEAR((thrice.high - thrice.low) / (once.high - once.low), 1, 0.1);
}

TEST_P(EveryMetric, HasTheErrorThatFreshSamplesShow) {
  for (const std::size_t records : {1, 4}) {
    DrawnModel model;
    model.records = records;
    model.noise = records > 1 ? 0.8 : 0.0;
    std::vector<double> values, errors;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      const Estimate estimate = compute(draw_people(400, 500 + seed, model)).value();
      values.push_back(estimate.value);
      errors.push_back(estimate.standard_error);
    }
    // 200 samples know a standard deviation to within 5 % (one standard error).
    const double ratio = spread_of(errors).mean / spread_of(values).deviation;
    EXPECT_NEAR(ratio, 1, 0.2) << records << " records a person";
  }
}

TEST_P(EveryMetric, HasAPageAndASpecification) {
  const std::filesystem::path root = RELEARN_SOURCE_DIR;
  const std::string id(GetParam().id);
  EXPECT_TRUE(std::filesystem::exists(root / "docs" / "metrics" / (id + ".md"))) << id;
  EXPECT_TRUE(std::filesystem::exists(root / "tests" / "specs" / (id + ".metric"))) << id;
}

INSTANTIATE_TEST_SUITE_P(Catalog, EveryMetric,
                         testing::ValuesIn(metric_catalog().begin(), metric_catalog().end()),
                         [](const auto& metric) { return std::string(metric.param.id); });

TEST(Catalog, KnowsItsMetricsByName) {
  ASSERT_NE(find_metric("auroc"), nullptr);
  EXPECT_EQ(find_metric("auroc")->label, "AUROC");
  EXPECT_EQ(find_metric("accuracy"), nullptr);
}

}  // namespace
}  // namespace relearn
