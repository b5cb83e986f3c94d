#include "learning/metrics/calibration.h"

#include <gtest/gtest.h>

#include <cmath>

#include "learning/metrics/calibration_e_process.h"
#include "learning/metrics/calibration_tests.h"
#include "learning/metrics/flexible_calibration.h"
#include "people.h"

namespace relearn {
namespace {

TEST(Calibration, FindsTheShiftAndTheSlopeThatWerePutIn) {
  DrawnModel shifted;
  shifted.shift = 0.7;
  const DrawnPeople high = draw_people(20'000, 1, shifted);
  EXPECT_NEAR(calibration_intercept(high.outcomes, high.risks).value().value, -0.7, 0.06);
  DrawnModel extreme;
  extreme.slope = 2;
  const DrawnPeople steep = draw_people(20'000, 2, extreme);
  EXPECT_NEAR(calibration_slope(steep.outcomes, steep.risks).value().value, 0.5, 0.03);
}

TEST(Calibration, CurveFollowsWhatReallyHappens) {
  DrawnModel model;
  model.shift = -0.5;
  model.slope = 1.7;
  const DrawnPeople people = draw_people(20'000, 3, model);
  const CalibrationCurve curve = calibration_curve(people.outcomes, people.risks).value();
  for (const double truth : {0.1, 0.3, 0.5, 0.7}) {
    const double told = logistic(model.shift + model.slope * logit(truth));
    const Estimate observed = curve.at(told);
    EXPECT_NEAR(observed.value, truth, 0.03);
    EXPECT_LT(observed.low, observed.value);
    EXPECT_GT(observed.high, observed.value);
  }
}

/// How often the interval of the mean distance holds the distance itself.
double coverage(const DrawnModel& model, std::size_t persons) {
  double truth = 0;  // distance between what is told and logistic(log-odds), over the population
  const DrawnPeople many = draw_people(200'000, 99, model);
  for (const double told : many.risks) {
    truth += std::fabs(told - logistic((logit(told) - model.shift) / model.slope)) / 200'000;
  }
  int held = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const DrawnPeople people = draw_people(persons, 3000 + seed, model);
    const Estimate ici = calibration_distance(people.outcomes, people.risks).value().ici;
    held += ici.low <= truth && truth <= ici.high ? 1 : 0;
  }
  return held / 200.0;
}

// 200 samples know a coverage of 0.95 to within 0.015 (one standard error).
TEST(Calibration, IntervalOfTheDistanceHoldsTheTruth) {
  DrawnModel wrong;
  wrong.shift = 0.6;
  wrong.slope = 1.3;
  EXPECT_GT(coverage(wrong, 300), 0.88);
  EXPECT_GT(coverage({}, 300), 0.92) << "risks that are right";
}

TEST(CalibrationTests, AreStandardNormalWhenRisksAreTrue) {
  std::vector<double> slope, intercept, spiegelhalter;
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    const DrawnPeople people = draw_people(40, 7000 + seed);
    const CalibrationTests tests = calibration_tests(people.outcomes, people.risks).value();
    slope.push_back(tests.slope_z);
    intercept.push_back(tests.intercept_z);
    spiegelhalter.push_back(tests.spiegelhalter_z);
  }
  for (const auto& z : {slope, intercept, spiegelhalter}) {
    EXPECT_NEAR(spread_of(z).mean, 0, 0.13);
    EXPECT_NEAR(spread_of(z).deviation, 1, 0.12);
  }
}

TEST(CalibrationTests, WorkOnOneClassAndRefuseRisksThatSayNothing) {
  EXPECT_TRUE(
      calibration_tests(std::vector<std::uint8_t>{1, 1}, std::vector<double>{0.2, 0.4}).ok());
  EXPECT_EQ(calibration_tests(std::vector<std::uint8_t>{1, 0}, std::vector<double>{0.5, 0.5})
                .error()
                .message,
            "undefined: all risks are 0.5");
}

TEST(CalibrationEProcess, RarelyAlarmsOnTrueRisksHoweverOftenItIsAsked) {
  int alarms = 0;
  for (std::uint64_t stream = 0; stream < 200; ++stream) {
    const DrawnPeople people = draw_people(1000, 9000 + stream);
    CalibrationEProcess process;
    bool alarmed = false;
    for (std::size_t i = 0; i < people.risks.size(); ++i) {
      process.observe(people.outcomes[i], people.risks[i]);
      alarmed = alarmed || process.alarm();
    }
    alarms += alarmed ? 1 : 0;
  }
  EXPECT_LE(alarms, 10);  // 5 % of 200
}

TEST(CalibrationEProcess, FindsRisksThatAreTooLow) {
  DrawnModel low;
  low.shift = -0.7;
  int alarms = 0;
  for (std::uint64_t stream = 0; stream < 50; ++stream) {
    const DrawnPeople people = draw_people(1000, 9500 + stream, low);
    CalibrationEProcess process;
    for (std::size_t i = 0; i < people.risks.size(); ++i) {
      process.observe(people.outcomes[i], people.risks[i]);
    }
    alarms += process.alarm() ? 1 : 0;
  }
  EXPECT_GE(alarms, 48);
}

}  // namespace
}  // namespace relearn
