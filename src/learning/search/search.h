// The search for a model: which family, which settings, which calibration; and what that whole
// procedure is worth, measured on people it never saw.
//
// One task = one set of rows to learn from. For each task, person-grouped inner folds give
// out-of-fold scores of every candidate of every family; the simplest candidate within one standard
// error of the best is taken, calibrated, and fitted on all rows of the task. What is published is
// the average of the families' log-odds: at clinical sizes choosing one family is mostly choosing
// its luck (docs/decisions/0030-families-are-averaged.md). Evaluation runs the same task on the
// training part of each outer fold, so that nothing is ever chosen on a person it is judged on
// (nested cross-validation, Varma & Simon 2006).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "base/result.h"
#include "learning/cohort/cohort.h"
#include "learning/models/learner.h"
#include "learning/models/risk_model.h"
#include "learning/search/recipe.h"
#include "learning/search/selection.h"

namespace relearn {

/// Somebody's wish to look no further, and what became of it. The first search over families that
/// is under way when it comes goes on with the families that it has seen whole, the first of the
/// catalogue at least; later searches of the same training look at these only, and so does whoever
/// asks for them from the beginning: the model is the same.
struct SearchStop {
  const CancelToken& asked;
  std::vector<std::string> families = {};  // seen whole; empty: it did not come, or came too late
};

struct SearchOptions {
  // Behaviour
  Grid grid = Grid::Clinical;
  std::vector<std::string> families;  // empty: the whole catalogue and its average
  Recipe recipe;                      // not empty: these families and settings, nothing searched
  unsigned outer_folds = 5;           // 1: one held-out fifth (large data)
  unsigned inner_folds = 5;           // 1: one held-out fifth (large data)
  unsigned repeats = 1;               // of the outer folds
  std::uint64_t seed = 1;
  SearchStop* stop = nullptr;  // none: nobody can ask
  // Cost
  unsigned threads = 0;  // 0: one per core; never changes a result
};

/// Above this many rows one held-out fifth says as much as five folds, at a tenth of the cost.
inline constexpr std::size_t kFoldRowsMax = 100'000;

/// The folds that fit the size of the data.
SearchOptions for_size(SearchOptions options, std::size_t rows);

/// What the same procedure is evaluated with, after a search: it looks at the same families, and
/// nobody can stop it halfway.
SearchOptions as_searched(SearchOptions options);

/// The name of the families' average.
inline constexpr const char* kAverageFamily = "average";

/// How one family did inside one task.
struct FamilyOutcome {
  std::string family;
  std::string candidate;       // settings taken; for the average its members
  std::size_t candidates = 0;  // how many were looked at
  MeanAndError log_loss;       // inner, out-of-fold, calibrated
  CalibrationMethod calibration = CalibrationMethod::None;
  std::string left_out_because;  // not empty: it could not be fitted here
};

struct SearchResult {
  RiskModel model;                      // fitted on all rows given
  std::vector<FamilyOutcome> families;  // simplest first, then the average, then those left out
  Recipe recipe;                        // of the model's members, in their order
};

/// Searches and fits on the whole cohort.
Result<SearchResult> search(const Cohort& cohort, const SearchOptions& options,
                            const CancelToken& cancel, ProgressSink& progress);

/// Out-of-fold risks of the procedure and of each family alone: the honest estimate. n: rows of the
/// cohort that is judged.
struct NestedRisks {
  struct Contender {
    std::string family;                      // "selected" first, then each family, then the average
    std::vector<std::vector<double>> risks;  // repeats x n; NaN: the row was not predicted
  };
  std::vector<Contender> contenders;
};

inline constexpr const char* kPublished = "published";

/// Learns on `cohort`, judges on `judged`: the cohort itself, or other rows of the same people
/// (each recording where people's means were learnt from). Persons have the same numbers in both.
Result<NestedRisks> nested_risks(const Cohort& cohort, const Cohort& judged,
                                 const SearchOptions& options, const CancelToken& cancel,
                                 ProgressSink& progress);

}  // namespace relearn
