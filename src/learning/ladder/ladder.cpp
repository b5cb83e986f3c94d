#include "learning/ladder/ladder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/normal.h"
#include "base/random.h"
#include "learning/cohort/folds.h"
#include "learning/evaluation/comparison.h"
#include "learning/metrics/persons.h"
#include "learning/models/risk_scorer.h"
#include "learning/search/selection.h"

namespace relearn {
namespace {

constexpr unsigned kFolds = 5;
constexpr double kOneSided95 = 1.6448536269514722;
constexpr std::array kRungs = {Rung::Keep,           Rung::Intercept,  Rung::Slope,
                               Rung::RefitWithPrior, Rung::SameRecipe, Rung::NewSearch};

/// N, its people and its fifths.
struct Ground {
  const LadderInput& input;
  PersonIndex persons;
  std::vector<Fold> folds;
  std::vector<std::uint16_t> fold_of;    // per person
  std::size_t cases = 0, non_cases = 0;  // persons
};

Result<Ground> make_ground(const LadderInput& input) {
  Ground ground{input, index_persons(input.people.persons, input.people.rows()), {}, {}};
  std::vector<std::uint32_t> rows(input.people.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  ground.folds =
      TRY(person_folds(input.people, rows, kFolds, derive_seed(input.seed, "ladder folds")));
  ground.fold_of.assign(ground.persons.count, 0);
  for (std::uint16_t k = 0; k < kFolds; ++k) {
    for (const std::uint32_t row : ground.folds[k].test) {
      ground.fold_of[ground.persons.of_row[row]] = k;
    }
  }
  std::vector<int> balance(ground.persons.count, 0);
  for (std::size_t i = 0; i < input.people.rows(); ++i) {
    balance[ground.persons.of_row[i]] += input.people.outcomes[i] ? 1 : -1;
  }
  for (const int one : balance) ++(one > 0 ? ground.cases : ground.non_cases);
  return ground;
}

std::vector<double> risks_of(const RiskModel& model, const Cohort& people) {
  std::vector<double> risks = log_odds_of(model, people);
  for (double& risk : risks) risk = logistic(risk);
  return risks;
}

/// Why a rung is not tried on these people; empty when it is.
std::string obstacle(const Ground& ground, Rung rung) {
  const LadderInput& input = ground.input;
  if (rung == Rung::Keep) return "";  // everything is compared with it
  if (std::ranges::find(input.allowed, rung) == input.allowed.end())
    return "the plan does not allow it";
  const std::size_t few = std::min(ground.cases, ground.non_cases);
  const std::size_t needed = rung == Rung::Intercept ? kInterceptClassMin
                             : rung == Rung::Slope   ? kSlopeClassMin
                                                     : 0;
  if (few < needed) {
    return fmt::format("{} new people with the disease and {} without; it takes {} of each",
                       ground.cases, ground.non_cases, needed);
  }
  const double share = kRefitShareMin * static_cast<double>(input.learnt_before);
  if (needed == 0 && static_cast<double>(ground.persons.count) < share) {
    return fmt::format("{} new people; a refit takes {:.0f}, a tenth of those learnt from before",
                       ground.persons.count, std::ceil(share));
  }
  if (rung == Rung::SameRecipe && input.recipe.empty()) return input.recipe_missing;
  if (rung == Rung::NewSearch && input.searched.empty()) return "nothing was searched";
  return "";
}

/// A fitted update of the training part, or a reason.
Result<ChampionUpdate> update_on(const Ground& ground, Rung rung, const Cohort& people,
                                 std::uint64_t seed) {
  double penalty = 0;
  if (rung == Rung::RefitWithPrior) {
    penalty = TRY(choose_correction_penalty(ground.input.champion, people, seed));
  }
  return update_of(rung, ground.input.champion, people, penalty);
}

Result<std::vector<double>> cross_fitted(const Ground& ground, Rung rung) {
  const LadderInput& input = ground.input;
  if (rung == Rung::Keep) return risks_of(input.champion, input.people);
  if (rung == Rung::SameRecipe) return std::vector(input.recipe.begin(), input.recipe.end());
  if (rung == Rung::NewSearch) return std::vector(input.searched.begin(), input.searched.end());
  std::vector<double> risks(input.people.rows());
  for (std::size_t k = 0; k < ground.folds.size(); ++k) {
    const Cohort train = take_rows(input.people, ground.folds[k].train);
    const Cohort test = take_rows(input.people, ground.folds[k].test);
    const ChampionUpdate update =
        TRY(update_on(ground, rung, train, derive_seed(input.seed, "", k)));
    const std::vector<double> told = risks_of(update.model, test);
    for (std::size_t i = 0; i < told.size(); ++i) risks[ground.folds[k].test[i]] = told[i];
  }
  return risks;
}

std::vector<double> losses_of(const Ground& ground, std::span<const double> risks) {
  std::vector<double> losses(ground.persons.count, 0.0);
  std::vector<int> rows(ground.persons.count, 0);
  for (std::size_t i = 0; i < risks.size(); ++i) {
    losses[ground.persons.of_row[i]] += compared_loss(risks[i], ground.input.people.outcomes[i]);
    ++rows[ground.persons.of_row[i]];
  }
  for (std::size_t p = 0; p < losses.size(); ++p) losses[p] /= rows[p];
  return losses;
}

MeanAndError against(std::span<const double> losses, std::span<const double> reference) {
  std::vector<double> differences;
  for (std::size_t p = 0; p < losses.size(); ++p) differences.push_back(losses[p] - reference[p]);
  return mean_and_error(differences);
}

/// A rung and its losses, simplest first.
struct Contender {
  Rung rung;
  std::vector<double> losses;
};

struct Choice {
  std::size_t contender = 0;
  bool more_people_help = false;  // taken by the exception
};

Choice choose(std::span<const Contender> contenders, double not_worse_nats) {
  std::vector<std::vector<double>> losses;
  for (const Contender& contender : contenders) losses.push_back(contender.losses);
  const std::size_t simplest = simplest_within_one_error(losses);
  if (contenders[simplest].rung != Rung::Keep) return {simplest};
  for (std::size_t c = 1; c < contenders.size(); ++c) {
    if (contenders[c].rung != Rung::RefitWithPrior && contenders[c].rung != Rung::SameRecipe) {
      continue;
    }
    const MeanAndError extra = against(contenders[c].losses, contenders[simplest].losses);
    if (extra.mean < 0 && extra.mean + kOneSided95 * extra.standard_error < not_worse_nats) {
      return {c, true};
    }
  }
  return {simplest};
}

/// For each fifth of N what is chosen on the other four, and what that told about the fifth.
std::vector<double> procedure_risks(const Ground& ground, std::span<const Contender> contenders,
                                    std::span<const RungOutcome> rungs, double not_worse_nats) {
  std::vector<double> risks(ground.input.people.rows());
  for (std::uint16_t k = 0; k < kFolds; ++k) {
    std::vector<Contender> others;
    for (const Contender& contender : contenders) {
      Contender part{contender.rung, {}};
      for (std::size_t p = 0; p < ground.persons.count; ++p) {
        if (ground.fold_of[p] != k) part.losses.push_back(contender.losses[p]);
      }
      others.push_back(std::move(part));
    }
    const Rung rung = others[choose(others, not_worse_nats).contender].rung;
    const auto& told = rungs[static_cast<std::size_t>(rung)].risks;
    for (const std::uint32_t row : ground.folds[k].test) risks[row] = told[row];
  }
  return risks;
}

std::string sentence(const LadderResult& result, const Choice& choice, bool keeping_allowed) {
  const RungOutcome& rung = result.rungs[static_cast<std::size_t>(result.chosen)];
  if (result.chosen == Rung::Keep) {
    return fmt::format(
        "no change is more than one standard error better than the live model (log loss {:.3f})",
        rung.loss);
  }
  const std::string figures =
      fmt::format("log loss {:.3f}, {:+.3f} against the live model (standard error {:.3f})",
                  rung.loss, rung.difference, rung.standard_error);
  if (choice.more_people_help) return "more people help a little and surely do no harm: " + figures;
  return fmt::format("the least {} within one standard error of the best: {}",
                     keeping_allowed ? "change" : "change allowed", figures);
}

/// The tests of the literature; only what they need is there.
void add_tests(const LadderInput& input, std::span<const Contender> contenders,
               LadderResult& result) {
  auto closed = closed_test(input.champion, input.people);
  if (closed.ok()) {
    result.closed = closed.take_value();
  } else {
    result.closed_missing = closed.error().message;
  }
  std::vector<std::vector<double>> losses;
  for (const Contender& contender : contenders) losses.push_back(contender.losses);
  result.davis = contenders[davis_choice(losses)].rung;
}

}  // namespace

Result<ChampionUpdate> update_of(Rung rung, const RiskModel& champion, const Cohort& people,
                                 double penalty) {
  switch (rung) {
    case Rung::Keep:
      return ChampionUpdate{.model = champion, .parameters = 0};
    case Rung::Intercept:
      return update_intercept(champion, people);
    case Rung::Slope:
      return update_slope(champion, people);
    case Rung::RefitWithPrior:
      return refit_with_prior(champion, people, penalty);
    case Rung::SameRecipe:
    case Rung::NewSearch:
      break;
  }
  return broken_invariant("a refit from nothing is no update of the live model");
}

Result<LadderResult> climb(const LadderInput& input) {
  const Ground ground = TRY(make_ground(input));
  LadderResult result;
  std::vector<Contender> contenders;
  for (const Rung rung : kRungs) {
    RungOutcome outcome{.rung = rung, .not_tried_because = obstacle(ground, rung)};
    if (outcome.not_tried_because.empty()) {
      auto risks = cross_fitted(ground, rung);
      if (!risks.ok() && risks.error().kind != ErrorKind::NotReady) return risks.take_error();
      if (risks.ok()) {
        outcome.risks = risks.take_value();
        outcome.losses = losses_of(ground, outcome.risks);
        outcome.loss = mean_and_error(outcome.losses).mean;
      } else {
        outcome.not_tried_because = risks.error().message;
      }
    }
    result.rungs.push_back(std::move(outcome));
    RungOutcome& kept = result.rungs.back();
    if (!kept.not_tried_because.empty()) continue;
    const MeanAndError extra = against(kept.losses, result.rungs.front().losses);
    kept.difference = extra.mean;
    kept.standard_error = extra.standard_error;
    const bool allowed = std::ranges::find(input.allowed, rung) != input.allowed.end();
    if (allowed) contenders.push_back({rung, kept.losses});
  }
  if (contenders.empty()) {
    return not_ready("none of the changes that the plan allows can be tried on these new people");
  }
  const Choice choice = choose(contenders, input.not_worse_nats);
  result.chosen = contenders[choice.contender].rung;
  result.because = sentence(result, choice, contenders.front().rung == Rung::Keep);
  result.procedure = procedure_risks(ground, contenders, result.rungs, input.not_worse_nats);
  if (result.chosen == Rung::RefitWithPrior) {
    result.penalty = TRY(choose_correction_penalty(input.champion, input.people, input.seed));
  }
  add_tests(input, contenders, result);
  return result;
}

}  // namespace relearn
