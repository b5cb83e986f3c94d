#include "learning/scrutiny/membership.h"

#include <gtest/gtest.h>

#include <numeric>

#include "learning/models/catalog.h"
#include "learning/scrutiny/stability.h"
#include "support/changed_world.h"

namespace relearn {
namespace {

class Scrutiny : public ::testing::Test {
 protected:
  /// Fits one family with these settings, without any calibration.
  Refit refit(std::string_view family, Candidate candidate) {
    return
        [this, family, candidate](const Cohort& people, std::uint64_t seed) -> Result<RiskModel> {
          std::vector<std::uint32_t> rows(people.rows());
          std::iota(rows.begin(), rows.end(), 0u);
          RiskModel model = model_of({});
          model.encoder = fit_encoder(people, rows);
          const Learner& learner = *find_learner(family);
          const Features features = model.encoder.encode(people, learner.filling());
          const TrainingSet training{features, people.outcomes, people.weights, rows};
          model.members[0].model = TRY(learner.fit(training, candidate, seed, never_));
          return model;
        };
  }
  Refit logistic() { return refit("logistic", {{{"penalty", 10}}}); }
  Refit deep_forest() {
    return refit("forest",
                 {{{"trees", 300}, {"depth", 0}, {"split", 2}, {"leaf", 1}, {"columns", 0}}});
  }

  Membership attack(const Refit& refit, unsigned threads = 0) {
    const auto measured = measure_membership(people_, refit, {.threads = threads}, never_);
    EXPECT_TRUE(measured.ok()) << measured.error().message;
    return measured.value();
  }

  const CancelToken never_;
  const Cohort people_ = people_of({}, 300, 1);
};

TEST_F(Scrutiny, ADeepForestGivesAwayWhoTrainedIt) {
  const Membership found = attack(deep_forest());
  EXPECT_GT(found.loss_auroc_upper, 0.60);
  EXPECT_GT(found.lira_auroc, 0.80);
  EXPECT_GT(found.lira_true_positives, 0.15);
}

TEST_F(Scrutiny, APenalisedLogisticRegressionDoesNot) {
  const Membership found = attack(logistic());
  EXPECT_LT(found.loss_auroc_upper, 0.60);
  EXPECT_LT(found.lira_auroc, 0.65);
  EXPECT_LT(found.lira_true_positives, 0.05);
}

TEST_F(Scrutiny, AModelThatLearnsNothingGivesNothingAway) {
  const Refit constant = [](const Cohort&, std::uint64_t) -> Result<RiskModel> {
    return model_of({});
  };
  const auto found = measure_membership(people_, constant, {}, never_);
  ASSERT_TRUE(found.ok());
  // Each person is in half of the models and always has the same phi.
  EXPECT_NEAR(found.value().loss_auroc, 0.5, 1e-12);
  EXPECT_NEAR(found.value().lira_auroc, 0.5, 0.01);
  EXPECT_LE(found.value().lira_true_positives, 0.02);
}

TEST_F(Scrutiny, IsTheSameOnAnyNumberOfThreads) {
  const Membership one = attack(logistic(), 1), two = attack(logistic(), 2);
  EXPECT_EQ(one.lira_auroc, two.lira_auroc);
  EXPECT_EQ(one.loss_auroc_upper, two.loss_auroc_upper);
  EXPECT_EQ(one.lira_true_positives, two.lira_true_positives);
}

TEST_F(Scrutiny, NeedsAnEvenNumberOfShadowModelsSixteenAtLeast) {
  const Refit some = logistic();
  EXPECT_FALSE(measure_membership(people_, some, {.fits = 14}, never_).ok());
  EXPECT_FALSE(measure_membership(people_, some, {.fits = 17}, never_).ok());
}

TEST_F(Scrutiny, AFreeTreeIsLessStableThanAPenalisedLine) {
  const auto stability = [&](const Refit& again) {
    const RiskModel model = again(people_, 1).take_value();
    const auto measured = measure_stability(people_, model, again, {.fits = 50}, never_);
    EXPECT_TRUE(measured.ok());
    return measured.value();
  };
  const Stability line = stability(logistic()), forest = stability(deep_forest());
  EXPECT_EQ(line.refits, 50u);
  EXPECT_LT(line.mean_change, 0.06);
  EXPECT_GT(forest.mean_change, 1.5 * line.mean_change);
  EXPECT_GT(line.change_95th, line.mean_change);
}

}  // namespace
}  // namespace relearn
