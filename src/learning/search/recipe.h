// How a model was made, in a few words: its families and their settings. Enough to make it again on
// other people without choosing anything.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "learning/cohort/cohort.h"
#include "learning/models/learner.h"
#include "learning/models/risk_model.h"

namespace relearn {

struct RecipeStep {
  std::string family;
  Candidate candidate;
  bool operator==(const RecipeStep&) const = default;
};

/// One step a member, in the order of the members.
using Recipe = std::vector<RecipeStep>;

/// "logistic penalty=10; svm rbf=1 c=1 gamma_scale=1": the fact `recipe` of a model file.
std::string recipe_text(const Recipe& recipe);
/// InvalidInput for what recipe_text would not have written.
Result<Recipe> parse_recipe(std::string_view text);

/// The learner of a step. InvalidInput for an unknown family, or settings that it does not have.
Result<const Learner*> recipe_learner(const RecipeStep& step);

/// The recipe's families fitted on all rows, with the calibrations of `like`: nothing is chosen and
/// nothing is cross-fitted, so a refit costs one fit a family. For asking how much a model hangs on
/// the people it learnt from. `like` has the recipe's members first, in its order; later members
/// are left out.
Result<RiskModel> refit_like(const Cohort& cohort, const RiskModel& like, const Recipe& recipe,
                             std::uint64_t seed, const CancelToken& cancel);

}  // namespace relearn
