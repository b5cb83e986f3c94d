#include "learning/search/recipe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "base/text.h"
#include "learning/cohort/decimal.h"
#include "learning/models/catalog.h"
#include "learning/search/task.h"

namespace relearn {
namespace {

constexpr std::size_t kStepsMax = 100;
constexpr std::size_t kSettingsMax = 20;

Error no_recipe(std::string_view text) {
  return invalid_input(
      fmt::format("'{}' is no recipe; one reads 'logistic penalty=10; svm rbf=0 c=1'", text));
}

}  // namespace

std::string recipe_text(const Recipe& recipe) {
  std::string text;
  for (const RecipeStep& step : recipe) {
    if (!text.empty()) text += "; ";
    text += step.family;
    for (const auto& [name, value] : step.candidate.settings) {
      text += fmt::format(" {}={}", name, value);
    }
  }
  return text;
}

Result<Recipe> parse_recipe(std::string_view text) {
  Recipe recipe;
  for (const std::string_view part : split(text, ';')) {
    const std::vector<std::string_view> words = split(trim(part), ' ');
    if (words.front().empty() || words.size() > kSettingsMax || recipe.size() == kStepsMax) {
      return no_recipe(text);
    }
    RecipeStep step{std::string(words.front()), {}};
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::size_t equals = words[i].find('=');
      if (equals == std::string_view::npos) return no_recipe(text);
      const auto value = parse_decimal(words[i].substr(equals + 1));
      if (!value) return no_recipe(text);
      step.candidate.settings.emplace_back(words[i].substr(0, equals), *value);
    }
    recipe.push_back(std::move(step));
  }
  return recipe;
}

Result<const Learner*> recipe_learner(const RecipeStep& step) {
  const Learner* learner = find_learner(step.family);
  if (learner == nullptr) {
    return invalid_input(
        fmt::format("a recipe names the family '{}', which is not known", step.family));
  }
  const auto same_settings = [&](const Candidate& known) {
    return std::ranges::equal(
        known.settings, step.candidate.settings, {},
        [](const auto& setting) { return setting.first; },
        [](const auto& setting) { return setting.first; });
  };
  for (const Grid grid : {Grid::Clinical, Grid::Notebooks}) {
    if (std::ranges::any_of(learner->grid(grid), same_settings)) return learner;
  }
  return invalid_input(fmt::format("a recipe asks {} for '{}', which are not its settings",
                                   step.family, step.candidate.text()));
}

Result<RiskModel> refit_like(const Cohort& cohort, const RiskModel& like, const Recipe& recipe,
                             std::uint64_t seed, const CancelToken& cancel) {
  if (recipe.empty() || recipe.size() > like.members.size()) {
    return invalid_input(fmt::format("a recipe of {} families is not that of a model of {}",
                                     recipe.size(), like.members.size()));
  }
  std::vector<std::uint32_t> rows(cohort.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  const Encoder encoder = fit_encoder(cohort, rows);
  std::vector<Member> members;
  for (std::size_t f = 0; f < recipe.size(); ++f) {
    const Learner* learner = TRY(recipe_learner(recipe[f]));
    const Features features = encoder.encode(cohort, learner->filling());
    const TrainingSet training{features, cohort.outcomes, cohort.weights, rows};
    Model model = TRY(
        learner->fit(training, recipe[f].candidate, derive_seed(seed, recipe[f].family), cancel));
    members.push_back({recipe[f].family, std::move(model), like.members[f].calibration, 1.0});
  }
  // A member that is left out (a correction) had a share of the weight.
  double weight = 0;
  for (std::size_t f = 0; f < recipe.size(); ++f) weight += like.members[f].weight;
  TaskPlan plan;
  plan.rows = std::move(rows);
  return make_risk_model(cohort, plan, std::move(members),
                         {like.calibration.intercept, like.calibration.slope * weight});
}

}  // namespace relearn
