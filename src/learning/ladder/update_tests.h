// Two ways to ask how much a model needs to change, from the literature; shown beside the ladder's
// own choice.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "clinical/change_plan.h"
#include "learning/cohort/cohort.h"
#include "learning/models/risk_model.h"

namespace relearn {

/// The closed testing procedure of Vergouwe et al. 2017 (Stat Med 36:4529): likelihood ratio tests
/// on new people, each at 5 %. H0 of the first: the live model is right as it is; of the second:
/// but for the intercept; of the third: but for intercept and slope. The first that is not rejected
/// decides. The revised model is live + a + x'd, which for a logistic model is the revision of
/// every coefficient.
struct ClosedTest {
  Rung choice = Rung::Keep;  // Keep, Intercept, Slope, or RefitWithPrior for "revise"
  unsigned columns = 0;      // p: of full rank, that vary
  double against_keep = 0, against_intercept = 0, against_slope = 0;  // likelihood ratios
};

/// NotReady when there are fewer than 10 (p + 1) people or when the columns separate the classes.
Result<ClosedTest> closed_test(const RiskModel& champion, const Cohort& people);

/// Davis et al. 2019 (J Am Med Inform Assoc 26:1448): of the updates in order of simplicity, the
/// first whose loss is not significantly above that of the most accurate, at 5 %, by 1,000
/// bootstrap draws of people. losses: one vector an update, person by person, simplest first.
std::size_t davis_choice(std::span<const std::vector<double>> losses);

}  // namespace relearn
