#include "learning/search/search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/random.h"
#include "learning/cohort/folds.h"

namespace relearn {
namespace {

/// Persons with `rows_each` rows that are near copies of each other. With signal > 0 the first
/// column moves with the outcome; otherwise outcomes are drawn without looking at anything.
Cohort made_cohort(std::uint32_t persons, std::uint32_t rows_each, double signal,
                   std::uint64_t seed) {
  constexpr std::size_t kColumns = 6;
  Random random(seed);
  Cohort cohort;
  cohort.disease = "made";
  for (std::size_t j = 0; j < kColumns; ++j) {
    cohort.columns.push_back(
        {"x" + std::to_string(j), PredictorKind::Real, {}, MissingPolicy::Impute});
  }
  cohort.source_names = {"made"};
  std::vector<std::vector<float>> columns(kColumns);
  for (std::uint32_t person = 0; person < persons; ++person) {
    const auto outcome = static_cast<std::uint8_t>(person % 2);
    std::vector<double> centre;
    for (std::size_t j = 0; j < kColumns; ++j) centre.push_back(random.normal());
    centre[0] += outcome ? signal : -signal;
    for (std::uint32_t row = 0; row < rows_each; ++row) {
      for (std::size_t j = 0; j < kColumns; ++j) {
        columns[j].push_back(static_cast<float>(centre[j] + 0.05 * random.normal()));
      }
      cohort.outcomes.push_back(outcome);
      cohort.weights.push_back(1);
      cohort.persons.push_back(person);
      cohort.sources.push_back(0);
    }
  }
  for (const auto& column : columns) {
    cohort.values.insert(cohort.values.end(), column.begin(), column.end());
  }
  return cohort;
}

double pair_auroc(const std::vector<double>& risks, const std::vector<std::uint8_t>& outcomes) {
  double wins = 0, pairs = 0;
  for (std::size_t i = 0; i < risks.size(); ++i) {
    for (std::size_t j = 0; j < risks.size(); ++j) {
      if (!outcomes[i] || outcomes[j]) continue;
      pairs += 1;
      wins += risks[i] > risks[j] ? 1.0 : risks[i] == risks[j] ? 0.5 : 0.0;
    }
  }
  return wins / pairs;
}

const NestedRisks::Contender& named(const NestedRisks& nested, std::string_view family) {
  return *std::ranges::find(nested.contenders, family, &NestedRisks::Contender::family);
}

class Search : public ::testing::Test {
 protected:
  CancelToken cancel_;
  NoProgress progress_;
};

TEST_F(Search, FindsAPlantedSignalWithTheWholeCatalogue) {
  const Cohort cohort = made_cohort(200, 1, 1.0, 7);
  const auto nested = nested_risks(cohort, cohort, {}, cancel_, progress_);
  ASSERT_TRUE(nested.ok()) << nested.error().message;
  // Two normals 2 sd apart: the best possible AUROC is Phi(2 / sqrt 2) = 0.921.
  EXPECT_GT(pair_auroc(named(nested.value(), kPublished).risks[0], cohort.outcomes), 0.87);
}

/// Asks to stop when the first pieces of a family have been looked at.
class Impatient final : public ProgressSink {
 public:
  Impatient(std::string family, CancelToken& asked) : family_(std::move(family)), asked_(asked) {}
  void report(const ProgressEvent& event) override {
    if (event.detail.starts_with(family_)) asked_.request();
  }

 private:
  const std::string family_;
  CancelToken& asked_;
};

TEST_F(Search, KeepsTheFamiliesThatItHasSeenWholeWhenSomebodyWantsNoMore) {
  const Cohort cohort = made_cohort(120, 1, 1.0, 7);
  CancelToken asked;
  SearchStop stop{asked};
  SearchOptions options;
  options.threads = 1;
  options.stop = &stop;
  Impatient impatient("logistic", asked);
  const auto stopped = search(cohort, options, cancel_, impatient);
  ASSERT_TRUE(stopped.ok()) << stopped.error().message;
  EXPECT_EQ(stop.families, std::vector<std::string>{"logistic"});
  EXPECT_EQ(stopped.value().recipe.size(), 1u);
  std::size_t left_out = 0;
  for (const FamilyOutcome& family : stopped.value().families) {
    left_out += family.left_out_because.empty() ? 0 : 1;
  }
  EXPECT_GE(left_out, 3u);  // told, with the reason
  // Whoever asks for these families from the beginning gets the same model.
  const auto again = search(cohort, as_searched(options), cancel_, progress_);
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again.value().model == stopped.value().model);
  // A wish that comes too late changes nothing.
  SearchStop late{asked};
  options.stop = nullptr;
  const auto whole = search(cohort, options, cancel_, progress_);
  options.stop = &late;
  options = as_searched(options);
  EXPECT_TRUE(search(cohort, options, cancel_, progress_).value().model == whole.value().model);
}

TEST_F(Search, SeesNothingInRecordingsOfPeopleWhoseOutcomesAreChance) {
  // Split by row, near copies on both sides would show an AUROC near 1.
  const Cohort cohort = made_cohort(60, 6, 0.0, 11);
  const auto nested =
      nested_risks(cohort, cohort, {.families = {"forest", "svm"}}, cancel_, progress_);
  ASSERT_TRUE(nested.ok()) << nested.error().message;
  for (const auto& contender : nested.value().contenders) {
    EXPECT_LT(pair_auroc(contender.risks[0], cohort.outcomes), 0.75) << contender.family;
  }
}

TEST_F(Search, GivesTheSameModelOnOneThreadAndOnTwo) {
  const Cohort cohort = made_cohort(80, 1, 0.7, 3);
  const auto one = search(cohort, {.threads = 1}, cancel_, progress_);
  const auto two = search(cohort, {.threads = 2}, cancel_, progress_);
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_TRUE(one.value().model == two.value().model);
}

TEST_F(Search, PredictsEveryPersonOnceInEachRepeat) {
  const Cohort cohort = made_cohort(50, 2, 0.7, 5);
  const auto nested =
      nested_risks(cohort, cohort, {.families = {"logistic"}, .repeats = 3}, cancel_, progress_);
  ASSERT_TRUE(nested.ok());
  const auto& risks = named(nested.value(), "logistic").risks;
  ASSERT_EQ(risks.size(), 3u);
  for (const auto& repeat : risks) {
    EXPECT_TRUE(std::ranges::all_of(repeat, [](double risk) { return risk > 0 && risk < 1; }));
  }
  EXPECT_NE(risks[0], risks[1]);
}

TEST_F(Search, HoldsOutAFifthOfThePersonsWhenAskedForOneFold) {
  const Cohort cohort = made_cohort(100, 1, 0.7, 5);
  const SearchOptions options{.families = {"logistic"}, .outer_folds = 1, .inner_folds = 1};
  const auto nested = nested_risks(cohort, cohort, options, cancel_, progress_);
  ASSERT_TRUE(nested.ok()) << nested.error().message;
  const auto& risks = named(nested.value(), "logistic").risks[0];
  EXPECT_EQ(std::ranges::count_if(risks, [](double r) { return !std::isnan(r); }), 20);
}

TEST_F(Search, NamesTheFamiliesItKnowsWhenAskedForAnother) {
  const auto result =
      search(made_cohort(20, 1, 1, 1), {.families = {"oracle"}}, cancel_, progress_);
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("'oracle' is not known"), std::string::npos);
  EXPECT_NE(result.error().message.find("logistic"), std::string::npos);
}

TEST_F(Search, StopsAtOnceWhenAsked) {
  cancel_.request();
  const auto result = search(made_cohort(200, 1, 1, 1), {}, cancel_, progress_);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::Cancelled);
}

TEST_F(Search, SaysWhichClassIsMissing) {
  Cohort cohort = made_cohort(40, 1, 1, 1);
  std::ranges::fill(cohort.outcomes, std::uint8_t{1});
  const auto result = search(cohort, {}, cancel_, progress_);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::NotReady);
}

}  // namespace
}  // namespace relearn
