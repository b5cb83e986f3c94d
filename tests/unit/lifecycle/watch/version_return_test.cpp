#include "lifecycle/watch/version_return.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/watch_simulation.h"

namespace relearn {
namespace {

using testing::HasSubstr;

double good(double truth, double error) { return truth + error; }
double inverted(double truth, double error) { return -truth + error; }
double knows_nothing(double, double error) { return -0.5 + error; }
double too_low(double truth, double error) { return truth - 0.7 + error; }

/// Share of promotions that the watch takes back within so many confirmed people.
double returned(const TwoVersions& versions, std::size_t people) {
  constexpr std::uint64_t kPromotions = 200;
  double share = 0;
  for (std::uint64_t seed = 0; seed < kPromotions; ++seed) {
    if (people_until_return(confirmed_people(versions, people, seed))) share += 1.0 / kPromotions;
  }
  return share;
}

TEST(version_return, a_bad_version_comes_back) {
  EXPECT_GE(returned({inverted, good}, 150), 0.99);
  EXPECT_GE(returned({knows_nothing, good}, 500), 0.95);
  EXPECT_GE(returned({too_low, good}, 800), 0.80);
}

// At most 5 % and three standard errors of 200 promotions, looked at after every person.
TEST(version_return, a_version_that_is_no_worse_stays) {
  EXPECT_LE(returned({good, good}, 600), 0.05 + 0.046);
  EXPECT_LE(returned({good, inverted}, 600), 0);
  EXPECT_LE(returned({good, knows_nothing}, 600), 0);
}

// The world changed: going back would help nobody.
TEST(version_return, a_version_that_is_wrong_stays_when_the_one_before_is_as_wrong) {
  EXPECT_LE(returned({too_low, too_low}, 600), 0.05 + 0.046);
}

struct Case {
  ReturnQuestion question{.disease = "heart", .version = 3, .before = 2, .maturity_days = 30};
  std::vector<ConfirmedOutcome> people = confirmed_people({inverted, good}, 200, 1);
  Moment now{0};

  ReturnDecision decide() const {
    const OutcomeFigures figures = outcome_figures(people, {});
    return decide_return(question, people, figures.calibration, now);
  }
};

TEST(version_return, says_which_version_on_what_evidence) {
  const ReturnDecision decision = Case().decide();
  EXPECT_EQ(decision.state, ReturnState::Due);
  EXPECT_EQ(decision.people, 200u);
  EXPECT_GT(decision.loss_difference, 0.5);
  EXPECT_THAT(decision.sentence,
              HasSubstr("version 3 on 200 confirmed people: evidence that version 2 is better"));
}

TEST(version_return, is_watched_until_half_a_year_after_its_first_cohort_closes) {
  Case late;
  const std::int64_t last_day = kReturnDays + late.question.maturity_days;
  late.now = {kSecondsPerDay * last_day};
  EXPECT_EQ(late.decide().state, ReturnState::Due);
  late.now.seconds += 1;
  EXPECT_EQ(late.decide().state, ReturnState::Over);
}

TEST(version_return, happens_once) {
  Case again;
  again.question.gone_live_for_the_first_time = false;
  EXPECT_EQ(again.decide().state, ReturnState::Off);
  EXPECT_THAT(again.decide().sentence, HasSubstr("the watch returns once only"));
}

TEST(version_return, never_goes_to_a_version_that_learnt_from_somebody_who_has_withdrawn) {
  Case withdrawn;
  withdrawn.question.before_learnt_from_withdrawn = true;
  EXPECT_EQ(withdrawn.decide().state, ReturnState::Impossible);
  EXPECT_THAT(withdrawn.decide().sentence, HasSubstr("somebody it learnt from has withdrawn"));
}

TEST(version_return, needs_a_version_before_that_can_say_its_risks) {
  Case first;
  first.question.before = 0;
  EXPECT_EQ(first.decide().state, ReturnState::Off);
  Case other;
  other.question.not_comparable_because = "version 2 takes other inputs";
  EXPECT_EQ(other.decide().state, ReturnState::Off);
  EXPECT_THAT(other.decide().sentence, HasSubstr("version 2 takes other inputs"));
  Case nobody;
  nobody.people.clear();
  EXPECT_EQ(nobody.decide().state, ReturnState::Watching);
}

}  // namespace
}  // namespace relearn
