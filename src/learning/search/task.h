// One search task: rows to learn from, their inner folds, the scores of every candidate, the choice
// per family, the models fitted. Used by search.cpp; see search.h for the procedure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "learning/cohort/folds.h"
#include "learning/search/search.h"

namespace relearn {

/// Who is learnt from and how they are dealt into inner folds.
struct TaskPlan {
  std::vector<std::uint32_t> rows;
  std::vector<Fold> folds;
  OutOfFold predicted;
  std::uint64_t seed = 0;
};

Result<TaskPlan> plan_task(const Cohort& cohort, std::vector<std::uint32_t> rows,
                           unsigned inner_folds, std::uint64_t seed);

/// Out-of-fold scores of one family's whole grid.
struct FamilyScores {
  const Learner* learner = nullptr;
  std::vector<Candidate> grid;
  std::vector<std::vector<double>> scores;  // candidates x predicted rows
  std::string left_out_because;             // empty: scored
};

/// Scores one family on one inner fold. candidates x fold.test, row-major.
Result<std::vector<double>> score_fold(const Cohort& cohort, const TaskPlan& plan,
                                       const FamilyScores& family, std::size_t fold,
                                       const CancelToken& cancel);

/// A family's best candidate in this task, calibrated.
struct FamilyChoice {
  const Learner* learner = nullptr;  // null: the average
  Candidate candidate;
  ChosenCalibration calibration;
  std::vector<double> losses;  // per person
  FamilyOutcome outcome;
};

FamilyChoice choose_candidate(const TaskPlan& plan, const FamilyScores& family);
/// The equal average of the families' calibrated log-odds.
FamilyChoice choose_average(const TaskPlan& plan, std::span<const FamilyChoice> families);

/// A family's model fitted on all rows of the task, with the task's encoder.
Result<Member> fit_member(const Cohort& cohort, const TaskPlan& plan, const FamilyChoice& choice,
                          const CancelToken& cancel);

/// A whole risk model of the given members with equal weights.
RiskModel make_risk_model(const Cohort& cohort, const TaskPlan& plan, std::vector<Member> members,
                          const Calibration& calibration);

}  // namespace relearn
