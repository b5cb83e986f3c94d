// What confirmed outcomes say of a live model: are its risks true, does it tell the ill from the
// healthy, and would the version before have done better? Pure.
//
// Only closed cohorts: cases are confirmed sooner than the healthy, so that an outcome counts from
// the day on which its prediction is maturity_days old. Who is confirmed may depend on the risk:
// calibration is judged given the risk, and holds as long as those confirmed are like the others of
// the same risk. One outcome a person, the first that counts.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "clinical/disease_file.h"
#include "learning/metrics/estimate.h"
#include "records/alarm.h"
#include "records/person.h"

namespace relearn {

/// A confirmed outcome, as far as it is judged by.
struct ConfirmedOutcome {
  PersonId person;
  Moment made_at, confirmed_at;
  std::uint8_t outcome = 0;
  double risk = 0;               // as served
  std::optional<double> before;  // what the version before says of the same inputs
};

/// When it counts: when it is confirmed and its cohort closed.
Moment counts_at(const ConfirmedOutcome& outcome, const OutcomeDefinition& definition);

/// Those that count now, the first of each person, in the order in which they began to count.
std::vector<ConfirmedOutcome> counting_outcomes(std::vector<ConfirmedOutcome> confirmed,
                                                const OutcomeDefinition& definition, Moment now);

struct CalibrationWatch {
  struct Point {
    Moment at;
    std::size_t people = 0;
    double wealth = 1, detector = 0;
  };
  double wealth = 1, highest = 1;
  double detector = 0, detector_highest = 0;
  std::vector<Point> points;  // at most kPointsMax, the last one is now
};
inline constexpr std::size_t kPointsMax = 200;

struct RealisedBlock {
  Moment from, to;  // when the predictions were made
  std::size_t people = 0, cases = 0;
  std::optional<Estimate> auroc, observed_to_expected;  // none: one class only
};
inline constexpr std::size_t kBlockPeople = 100;

struct OutcomeFigures {
  std::size_t people = 0;
  CalibrationWatch calibration;
  std::vector<RealisedBlock> blocks;  // full ones, oldest first
  std::optional<RealisedBlock> all;   // none: nobody
};

/// people: in the order in which they count.
OutcomeFigures outcome_figures(std::span<const ConfirmedOutcome> people,
                               const OutcomeDefinition& definition);

std::vector<NewAlarm> outcome_alarms(const DiseaseFile& disease, std::int64_t version,
                                     const OutcomeFigures& figures);

}  // namespace relearn
