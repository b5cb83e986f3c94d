#include "learning/models/logistic/logistic.h"

#include "learning/models/logistic/penalised_logistic.h"
#include "learning/models/standardised.h"

namespace relearn {
namespace {

/// Strongest first. Few looks by default, and none so strong that the one-standard-error rule would
/// take a model that hardly knows more than the prevalence when there are few people. The long path
/// goes all the way.
constexpr double kClinicalPenalties[] = {30, 10, 3, 1};
constexpr double kNotebooksPenalties[] = {300, 100, 30, 10, 3, 1, 0.3, 0.1, 0.03};

class LogisticLearner final : public Learner {
 public:
  std::string_view family() const override { return "logistic"; }
  ScoreScale scale() const override { return ScoreScale::LogOdds; }
  Filling filling() const override { return Filling::Mean; }

  std::vector<Candidate> grid(Grid which) const override {
    const std::span<const double> penalties = which == Grid::Clinical
                                                  ? std::span<const double>(kClinicalPenalties)
                                                  : std::span<const double>(kNotebooksPenalties);
    std::vector<Candidate> grid;
    for (const double penalty : penalties) grid.push_back({{{"penalty", penalty}}});
    return grid;
  }

  Result<Model> fit(const TrainingSet& training, const Candidate& candidate, std::uint64_t,
                    const CancelToken& cancel) const override {
    TRY(require_both_classes(training, family()));
    if (cancel.requested()) return cancelled();
    const Standardised x = standardise(training);
    const std::vector<std::uint8_t> outcomes = training_outcomes(training);
    const std::vector<double> weights = training_weights(training);
    const std::vector<double> penalties(x.columns, candidate.get("penalty"));
    const PenalisedFit fit = fit_penalised_logistic({.rows = x.rows,
                                                     .columns = x.columns,
                                                     .design = x.values,
                                                     .outcomes = outcomes,
                                                     .weights = weights,
                                                     .penalties = penalties});
    return Model{unscaled(x, fit.intercept, fit.coefficients)};
  }
};

}  // namespace

const Learner& logistic_learner() {
  static const LogisticLearner learner;
  return learner;
}

}  // namespace relearn
