// Expected values: the sum over all tables with the same margins, in whole fractions (Python's
// fractions.Fraction and math.comb), each rounded once at the end.
#include "privacy/fisher_exact.h"

#include <gtest/gtest.h>

namespace relearn {
namespace {

TEST(FisherExact, GivesTheSumOfAllTablesAtMostAsProbable) {
  // Fisher 1935, The Design of Experiments: the lady who tastes tea.
  EXPECT_NEAR(fisher_exact_p({3, 1, 1, 3}), 0.4857142857142857, 1e-12);
  // Fisher 1970, Statistical Methods, table 21 (R's help of fisher.test): convictions of twins.
  EXPECT_NEAR(fisher_exact_p({2, 10, 15, 3}), 0.0005367241191434358, 1e-14);
  EXPECT_NEAR(fisher_exact_p({10, 2, 3, 15}), 0.0005367241191434358, 1e-14);
  EXPECT_NEAR(fisher_exact_p({0, 5, 5, 0}), 0.007936507936507936, 1e-14);
  EXPECT_NEAR(fisher_exact_p({1, 9, 11, 3}), 0.0027594561852200836, 1e-14);
  EXPECT_NEAR(fisher_exact_p({8, 2, 1, 5}), 0.03496503496503497, 1e-13);
  EXPECT_NEAR(fisher_exact_p({5, 0, 300, 300}), 0.06151035728321861, 1e-12);
  EXPECT_NEAR(fisher_exact_p({1000, 2000, 1500, 2900}), 0.5151910009464722, 1e-10);
  EXPECT_NEAR(fisher_exact_p({30, 270, 200, 500}) / 1.8211312872302387e-11, 1, 1e-10);
}

TEST(FisherExact, IsOneWithoutAnythingToCompare) {
  EXPECT_EQ(fisher_exact_p({}), 1);
  EXPECT_NEAR(fisher_exact_p({0, 0, 3, 4}), 1, 1e-12);
  EXPECT_NEAR(fisher_exact_p({4, 0, 3, 0}), 1, 1e-12);
}

TEST(FisherExact, DoesNotCareWhichThingIsFirst) {
  EXPECT_NEAR(fisher_exact_p({3, 9, 4, 20}), fisher_exact_p({3, 4, 9, 20}), 1e-12);
  EXPECT_NEAR(fisher_exact_p({3, 9, 4, 20}), fisher_exact_p({9, 3, 20, 4}), 1e-12);
}

}  // namespace
}  // namespace relearn
