#include "learning/search/task.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/random.h"

namespace relearn {
namespace {

OutOfFold predicted_rows(const Cohort& cohort, std::span<const Fold> folds) {
  OutOfFold plan;
  plan.fold_count = folds.size();
  constexpr std::uint32_t kUnseen = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> number(cohort.rows(), kUnseen);  // by person of the cohort
  for (std::size_t k = 0; k < folds.size(); ++k) {
    for (const std::uint32_t row : folds[k].test) {
      std::uint32_t& person = number[cohort.persons[row]];
      if (person == kUnseen) person = static_cast<std::uint32_t>(plan.person_count++);
      plan.rows.push_back(row);
      plan.fold.push_back(static_cast<std::uint16_t>(k));
      plan.outcomes.push_back(cohort.outcomes[row]);
      plan.weights.push_back(cohort.weights[row]);
      plan.persons.push_back(person);
    }
  }
  return plan;
}

/// The typical patient of the training rows: what the encoder would fill in for each input.
std::vector<float> reference_patient(const Encoder& encoder, std::size_t inputs) {
  std::vector<float> reference(inputs, 0.0f);
  for (const EncodedColumn& column : encoder.columns) {
    if (column.kind == EncodedColumn::Kind::Value) reference[column.input] = column.number;
    if (column.kind == EncodedColumn::Kind::IsCode) reference[column.input] = column.fill;
  }
  return reference;
}

}  // namespace

Result<TaskPlan> plan_task(const Cohort& cohort, std::vector<std::uint32_t> rows,
                           unsigned inner_folds, std::uint64_t seed) {
  TaskPlan plan;
  constexpr unsigned kHoldOutOneIn = 5;
  plan.folds = TRY(person_folds(cohort, rows, inner_folds == 1 ? kHoldOutOneIn : inner_folds,
                                derive_seed(seed, "inner folds")));
  if (inner_folds == 1) plan.folds.resize(1);
  plan.rows = std::move(rows);
  plan.predicted = predicted_rows(cohort, plan.folds);
  plan.seed = seed;
  return plan;
}

Result<std::vector<double>> score_fold(const Cohort& cohort, const TaskPlan& plan,
                                       const FamilyScores& family, std::size_t fold,
                                       const CancelToken& cancel) {
  const Fold& people = plan.folds[fold];
  const Encoder encoder = fit_encoder(cohort, people.train);
  const Features features = encoder.encode(cohort, family.learner->filling());
  const TrainingSet training{features, cohort.outcomes, cohort.weights, people.train};
  return family.learner->score_candidates(training, family.grid, people.test,
                                          derive_seed(plan.seed, family.learner->family(), fold),
                                          cancel);
}

FamilyChoice choose_candidate(const TaskPlan& plan, const FamilyScores& family) {
  std::vector<std::vector<double>> losses;
  for (const auto& scores : family.scores) {
    losses.push_back(calibrated_losses(plan.predicted, scores, family.learner->scale()));
  }
  const std::size_t chosen = simplest_within_one_error(losses);
  FamilyChoice choice;
  choice.learner = family.learner;
  choice.candidate = family.grid[chosen];
  choice.calibration =
      choose_calibration(plan.predicted, family.scores[chosen], family.learner->scale());
  choice.losses = person_losses(plan.predicted, choice.calibration.log_odds);
  choice.outcome = {
      std::string(family.learner->family()), choice.candidate.text(),   family.grid.size(),
      mean_and_error(choice.losses),         choice.calibration.method, ""};
  return choice;
}

FamilyChoice choose_average(const TaskPlan& plan, std::span<const FamilyChoice> families) {
  std::vector<double> mean(plan.predicted.rows.size(), 0.0);
  std::string names;
  for (const FamilyChoice& family : families) {
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += family.calibration.log_odds[i];
    names += fmt::format("{}{}", names.empty() ? "" : ", ", family.outcome.family);
  }
  for (double& value : mean) value /= static_cast<double>(families.size());
  FamilyChoice choice;
  choice.calibration = choose_calibration(plan.predicted, mean, ScoreScale::LogOdds);
  choice.losses = person_losses(plan.predicted, choice.calibration.log_odds);
  choice.outcome = {
      kAverageFamily, names, 1, mean_and_error(choice.losses), choice.calibration.method, ""};
  return choice;
}

Result<Member> fit_member(const Cohort& cohort, const TaskPlan& plan, const FamilyChoice& choice,
                          const CancelToken& cancel) {
  const Encoder encoder = fit_encoder(cohort, plan.rows);
  const Features features = encoder.encode(cohort, choice.learner->filling());
  const TrainingSet training{features, cohort.outcomes, cohort.weights, plan.rows};
  Model model = TRY(choice.learner->fit(
      training, choice.candidate, derive_seed(plan.seed, choice.outcome.family, plan.folds.size()),
      cancel));
  return Member{choice.outcome.family, std::move(model), choice.calibration.calibration, 1.0};
}

RiskModel make_risk_model(const Cohort& cohort, const TaskPlan& plan, std::vector<Member> members,
                          const Calibration& calibration) {
  RiskModel model;
  model.disease = cohort.disease;
  model.inputs = cohort.columns;
  model.encoder = fit_encoder(cohort, plan.rows);
  model.reference = reference_patient(model.encoder, cohort.columns.size());
  for (Member& member : members) member.weight = 1.0 / static_cast<double>(members.size());
  model.members = std::move(members);
  model.calibration = calibration;
  return model;
}

}  // namespace relearn
