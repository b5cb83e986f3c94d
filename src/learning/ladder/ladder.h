// The ladder: keep the live model, recalibrate it, refit it towards new people, fit its recipe
// again, or search anew; the least change that the new people justify (Steyerberg et al. 2004, Stat
// Med 23:2567; Vergouwe et al. 2017, Stat Med 36:4529).
//
// N are the new people: confirmed since the live model learnt, so that it never saw them. Each rung
// is judged on N by five-fold cross-fitting, grouped by person, and compared with the others person
// by person. The simplest rung within one standard error of the best is taken. One exception: a
// refit is preferred to keeping when it is better on average and surely not much worse, because
// more people help even when nothing has changed.
//
// What was chosen on N looks better on N than it is. The evidence is therefore the whole procedure:
// for each fifth of N, what was chosen without that fifth.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "clinical/change_plan.h"
#include "learning/cohort/cohort.h"
#include "learning/ladder/champion_update.h"
#include "learning/ladder/update_tests.h"
#include "learning/models/risk_model.h"

namespace relearn {

/// What a rung needs of N before it is tried: people of each class for the recalibrations, a tenth
/// of those learnt from before for all that is fitted anew.
inline constexpr std::size_t kInterceptClassMin = 20;
inline constexpr std::size_t kSlopeClassMin = 50;
inline constexpr double kRefitShareMin = 0.1;

struct LadderInput {
  const RiskModel& champion;
  const Cohort& people;              // N; m rows
  std::size_t learnt_before = 0;     // persons of the learning set that are not new
  std::span<const Rung> allowed;     // by the plan
  std::span<const double> recipe;    // m, cross-fitted risks of the recipe; empty: not possible
  std::span<const double> searched;  // m, likewise of a new search
  std::string recipe_missing;        // why `recipe` is empty
  double not_worse_nats = 0.02;      // of the exception
  std::uint64_t seed = 1;
};

/// How one rung did.
struct RungOutcome {
  Rung rung = Rung::Keep;
  std::string not_tried_because;              // not empty: no figures
  std::vector<double> risks;                  // m, cross-fitted
  std::vector<double> losses;                 // per person
  double loss = 0;                            // their mean
  double difference = 0, standard_error = 0;  // against keeping, paired; below 0 is better
};

struct LadderResult {
  std::vector<RungOutcome> rungs;  // all six, in order
  Rung chosen = Rung::Keep;
  std::string because;               // one sentence with the numbers
  std::vector<double> procedure;     // m, cross-fitted risks of the whole choice
  double penalty = 0;                // of a refit with a prior on all of N
  std::optional<ClosedTest> closed;  // beside it, as evidence
  std::string closed_missing;        // why there is none
  std::optional<Rung> davis;         // what Davis's bootstrap test would choose
};

/// NotReady when no allowed rung can be tried.
Result<LadderResult> climb(const LadderInput& input);

/// The model of rungs Keep to RefitWithPrior, fitted on all of `people`; the others are found by
/// search. penalty: of the refit.
Result<ChampionUpdate> update_of(Rung rung, const RiskModel& champion, const Cohort& people,
                                 double penalty);

}  // namespace relearn
