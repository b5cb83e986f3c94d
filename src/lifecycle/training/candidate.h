// What is made of the learning set when there is a live model: the ladder's choice, fitted; without
// one, a search. The locked people are not here: nothing in this file can see them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "base/result.h"
#include "clinical/change_plan.h"
#include "learning/cohort/cohort.h"
#include "learning/ladder/ladder.h"
#include "learning/scrutiny/refit.h"
#include "learning/search/search.h"

namespace relearn {

/// A model that is live, or was the first of this locked set, with how it was made.
struct LiveModel {
  RiskModel model;
  Recipe recipe;       // empty: its file does not say
  std::string digest;  // of its file
};

struct CandidateModel {
  RiskModel model;
  Recipe recipe;  // of the members that were not added by a refit
  Rung rung = Rung::NewSearch;
  std::string because;                   // why this rung, one sentence
  std::optional<LadderResult> ladder;    // absent: no live model, or nobody new
  std::optional<ChampionUpdate> update;  // of rungs up to the refit with a prior
  std::vector<FamilyOutcome> families;   // of a search
  std::optional<NestedRisks> nested;     // over the learning set, of recipe or search
  std::vector<double> new_risks;         // one a new row, in order: cross-fitted
};

struct CandidateQuestion {
  const Cohort& learning;
  const LiveModel* champion = nullptr;  // null: none
  std::span<const Rung> allowed;
  double not_worse_nats = 0.02;
  SearchOptions search;
};

/// Rows of the learning set that are new.
std::vector<std::uint32_t> new_rows(const Cohort& learning);

Result<CandidateModel> make_candidate(const CandidateQuestion& question, const CancelToken& cancel,
                                      ProgressSink& progress);

/// Nothing: the live model's own recipe is refitted, too, on those of the people who are not new,
/// as another sample of people would have had it. LiveModel: it stays what it is.
enum class RefitFrom { Nothing, LiveModel };

/// The same change again on other people of the learning set, nothing chosen. Arguments must
/// outlive it.
Refit refit_of(const CandidateModel& candidate, const LiveModel* champion, RefitFrom from,
               const CancelToken& cancel);

}  // namespace relearn
